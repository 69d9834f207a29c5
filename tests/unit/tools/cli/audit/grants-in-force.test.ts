import { expect, test } from '@jest/globals';
import { grantPeriods, overlaps } from '../../../../../tools/cli/audit/grants-in-force.ts';
import { auditRecord, millisecondsAt, timeAt } from '../../../../support/cli/audit-records.ts';

const bob = { documentId: 'd', principal: 'user', name: 'bob' };
const set = (minute: number, more: object = {}) =>
  auditRecord(minute, 'grant.set', { ...bob, role: 'viewer', callerId: 'alice', clientId: 'app', ...more });
const removed = (minute: number, more: object = {}) =>
  auditRecord(minute, 'grant.removed', { ...bob, callerId: 'alice', ...more });

/** Lists the periods in minutes after noon: role, beginning, end, giver. */
const periods = (...records: Parameters<typeof grantPeriods>[0]): unknown[] =>
  grantPeriods(records).map(({ grant, from, until, givenBy }) => [
    grant.role,
    ...[from, until].map((time) => (time === undefined ? undefined : (time - millisecondsAt(0)) / 60_000)),
    givenBy?.id,
  ]);

test('A grant is in force from its record to the next one', () => {
  expect(periods(removed(30), set(0), set(10, { role: 'editor', callerId: 'eve' }))).toEqual([
    ['viewer', 0, 10, 'alice'],
    ['editor', 10, 30, 'eve'],
  ]);
  expect(grantPeriods([set(0)])).toMatchObject([
    { givenBy: { id: 'alice', clientId: 'app' }, until: undefined },
  ]);
});

test('A grant ends when it expires, unless it was changed before', () => {
  expect(periods(set(0, { expiresAt: timeAt(20) }))).toEqual([['viewer', 0, 20, 'alice']]);
  expect(periods(set(0, { expiresAt: timeAt(20) }), removed(5))).toEqual([['viewer', 0, 5, 'alice']]);
});

test('The removal of all grants of a document ends these and no others', () => {
  const all = auditRecord(10, 'grant.removed', {
    documentId: 'd',
    principal: 'all',
    count: 2,
    callerId: 'alice',
  });
  const group = set(1, { principal: 'group', name: 'g' });
  const other = set(2, { documentId: 'd2' });
  expect(periods(set(0), group, other, all)).toEqual([
    ['viewer', 0, 10, 'alice'],
    ['viewer', 1, 10, 'alice'],
    ['viewer', 2, undefined, 'alice'],
  ]);
});

test('The removal of all grants names those that are older than the records', () => {
  const all = auditRecord(10, 'grant.removed', {
    ...{ documentId: 'd', principal: 'all', count: 1 },
    removed: [{ principal: 'everyone', role: 'commenter' }],
  });
  expect(periods(all)).toEqual([['commenter', undefined, 10, undefined]]);
});

test('A grant that is older than the records is known from the change that ended it', () => {
  expect(periods(removed(10, { before: { role: 'owner', layers: ['*'] } }))).toEqual([
    ['owner', undefined, 10, undefined],
  ]);
});

test('A grant that is older than the records is known from a token that used it, with its giver', () => {
  const used = auditRecord(5, 'token.minted', {
    ...{ documentId: 'd', userId: 'bob' },
    grants: [
      { principal: 'user', name: 'bob', role: 'viewer', grantedBy: 'alice', grantedAt: timeAt(-600) },
      { principal: 'everyone', role: 'commenter' },
      { principal: 'vouched', role: 'owner' },
    ],
  });
  expect(periods(used, removed(10))).toEqual([
    ['commenter', undefined, undefined, undefined],
    ['viewer', -600, 10, 'alice'],
  ]);
  expect(grantPeriods([used])[0]).toMatchObject({ seenAt: millisecondsAt(5) });
});

test('Two documents or principals whose names could run together are told apart', () => {
  const records = [
    set(0, { documentId: 'd","user' }),
    auditRecord(1, 'grant.removed', { documentId: 'd', principal: 'all', count: 0 }),
  ];
  expect(periods(...records)).toEqual([['viewer', 0, undefined, 'alice']]);
});

test.each([
  [0, 5, false],
  [0, 10, true],
  [15, 15, true],
  [19, 40, true],
  [20, 40, false],
])('A grant from 10 to 20 was in force between %d and %d: %s', (since, until, expected) => {
  const [period] = grantPeriods([set(10), removed(20)]);
  expect(period && overlaps(period, millisecondsAt(since), millisecondsAt(until))).toBe(expected);
});
