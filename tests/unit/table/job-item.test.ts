import { expect, test } from '@jest/globals';
import { dueFrom, jobAttributes, jobItem, jobKey } from '../../../lib/table/index.ts';

const ATTRIBUTES = {
  target: { documentId: 'doc' },
  requestedBy: 'olga',
  createdAt: 1000,
  holders: 3,
  walks: 1,
  waiting: 2,
  underWay: { waiting: 1, next: { pk: 'DOC#doc', sk: 'HOLDER#alice' } },
  version: 4,
};
const DUE = dueFrom(jobKey('id'), 1000);
const JOB = jobItem('id', ATTRIBUTES, DUE);

test('A job is read as it was made, with its id', () => {
  expect(jobAttributes(JOB)).toEqual({ id: 'id', ...ATTRIBUTES });
  const withReason = { ...ATTRIBUTES, reason: 'a lost device' };
  expect(jobAttributes(jobItem('id', withReason, DUE))).toEqual({ id: 'id', ...withReason });
});

test.each([{ userId: 'alice' }, { documentId: 'doc' }, { userId: 'alice', documentId: 'doc' }])(
  'A job keeps its whole target, so that it withdraws neither more nor fewer tokens: %j',
  (target) => {
    expect(jobAttributes(jobItem('id', { ...ATTRIBUTES, target }, DUE))?.target).toEqual(target);
  },
);

test('A job that is not finished is due, and DynamoDB does not delete it', () => {
  expect(JOB).toMatchObject(DUE);
  expect(JOB).not.toHaveProperty('ttl');
});

test.each(Object.keys(ATTRIBUTES))('A job is not read without its %s', (name) => {
  expect(jobAttributes({ ...JOB, [name]: undefined })).toBeUndefined();
});

test('An item of another kind is not a job even with the attributes of one', () => {
  for (const pk of ['DOC#doc', 'DOC#JOB#id']) expect(jobAttributes({ ...JOB, pk })).toBeUndefined();
});
