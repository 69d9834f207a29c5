import { expect, test } from '@jest/globals';
import { isAllowed, Statement } from '../../../../../../tools/local/stand-ins/iam/index.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/layermint';

/** Makes a statement on the table that is limited to partitions by a pattern. */
const limitedTo = (...patterns: readonly string[]) =>
  Statement.parse({
    Effect: 'Allow',
    Action: ['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:Scan'],
    Resource: TABLE,
    Condition: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });

const query = (...partitions: readonly string[]) => ({
  action: 'dynamodb:Query',
  resource: TABLE,
  context: { 'dynamodb:LeadingKeys': partitions },
});

test('a statement allows its action on its resource in its partitions', () => {
  expect(isAllowed([limitedTo('DOC#*', 'KEYS')], query('DOC#a', 'KEYS', 'DOC#*b?'))).toBe(true);
});

test.each([
  ['a read of another partition', query('JOB#1')],
  ['a foreign partition among allowed ones', query('DOC#a', 'JOB#1')],
  ['a partition that only contains the pattern', query('xDOC#a')],
  ['a scan, which names no partition', { ...query(), action: 'dynamodb:Scan' }],
  ['another action', { ...query('DOC#a'), action: 'dynamodb:DeleteItem' }],
  ['an index instead of the table', { ...query('DOC#a'), resource: `${TABLE}/index/byPrincipal` }],
])('a statement limited to partitions stops %s', (_what, request) => {
  expect(isAllowed([limitedTo('DOC#*')], request)).toBe(false);
});

test('without the guard `Null`, a scan passes a statement limited to partitions', () => {
  const { Condition, ...rest } = limitedTo('DOC#*');
  const unguarded = Statement.parse({ ...rest, Condition: { ...Condition, Null: {} } });
  expect(isAllowed([unguarded], { ...query(), action: 'dynamodb:Scan' })).toBe(true);
});

test('a question mark stands for one character, and other signs for themselves', () => {
  expect(isAllowed([limitedTo('A.?')], query('A.b'))).toBe(true);
  expect(isAllowed([limitedTo('A.?')], query('Axb'))).toBe(false);
  expect(isAllowed([limitedTo('A.?')], query('A.'))).toBe(false);
});

test('no statement allows nothing', () => {
  expect(isAllowed([], query('DOC#a'))).toBe(false);
});

test('an operator for one value needs exactly one', () => {
  const one = Statement.parse({
    ...limitedTo(),
    Condition: { StringEquals: { 'dynamodb:LeadingKeys': 'KEYS' } },
  });
  expect(isAllowed([one], query('KEYS'))).toBe(true);
  expect(isAllowed([one], query())).toBe(false);
  expect(isAllowed([one], query('KEYS', 'KEYS'))).toBe(false);
});

test('a condition that the stand-in does not know is never taken as met', () => {
  const dated = Statement.parse({
    ...limitedTo(),
    Condition: { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } },
  });
  expect(() => isAllowed([dated], query('DOC#a'))).toThrow(
    'does not know the condition operator DateLessThan',
  );
});
