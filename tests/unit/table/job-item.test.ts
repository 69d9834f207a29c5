import { describe, expect, test } from '@jest/globals';
import { dueFrom, formerJobAttributes, jobAttributes, jobItem, jobKey } from '../../../lib/table/index.ts';

const ATTRIBUTES = {
  target: { documentId: 'doc' },
  requests: { other: { by: 'olga', at: 1000 } },
  askedAt: 1000,
  covers: 1000,
  confirmedUntil: 0,
  foundFor: 1000,
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
  const requests = { own: { by: 'alice', at: 1000, reason: 'a lost device' } };
  const withReason = { ...ATTRIBUTES, requests };
  expect(jobAttributes(jobItem('id', withReason, DUE))).toEqual({ id: 'id', ...withReason });
});

describe('A job of version 0.1.0', () => {
  const { target } = ATTRIBUTES;
  const FORMER = { ...jobKey('id'), target, requestedBy: 'olga', reason: 'a lost device', createdAt: 1000 };

  test('is read with its target and its request, so that an upgrade loses none', () => {
    expect(formerJobAttributes(FORMER)).toEqual({ target, requestedBy: 'olga', reason: 'a lost device' });
    expect(jobAttributes(FORMER)).toBeUndefined();
  });

  test('is neither a job of today nor an item of another kind', () => {
    expect(formerJobAttributes(JOB)).toBeUndefined();
    expect(formerJobAttributes({ ...FORMER, pk: 'DOC#doc' })).toBeUndefined();
  });
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
