import { expect, test } from '@jest/globals';
import {
  recentDecisions,
  type DecisionQuery,
} from '../../../../../../tools/local/stack/console-data/recent-decisions.ts';

const NOON = Date.parse('2026-01-31T12:00:00Z');

/** Makes the line of a record that was written some seconds after noon. */
const lineOf = (
  id: string,
  seconds: number,
  data: object = {},
  type = 'token.minted',
  subject = 'contract',
) =>
  JSON.stringify({
    ...{ specversion: '1.0', id, source: '/layermint/local', type: `layermint.${type}`, subject, data },
    time: new Date(NOON + seconds * 1000).toISOString(),
  });

const idsOf = (lines: readonly string[], query: Partial<DecisionQuery> = {}): string[] =>
  recentDecisions(lines, { limit: 50, ...query }).records.map(({ id }) =>
    id.replace('/layermint/local ', ''),
  );

test('The newest record comes first, and lines that are none are passed over', () => {
  const lines = [lineOf('a', 1), 'START RequestId', lineOf('b', 2), '{"specversion":"1.0"}', lineOf('c', 3)];
  expect(idsOf(lines)).toEqual(['c', 'b', 'a']);
});

test('A record that was delivered twice counts once, and records that arrived out of order are sorted', () => {
  expect(idsOf([lineOf('b', 2), lineOf('a', 1), lineOf('b', 2)])).toEqual(['b', 'a']);
});

test('Pages follow each other without a gap or a repetition, also while new records arrive', () => {
  const lines = ['a', 'b', 'c', 'd', 'e'].map((id, at) => lineOf(id, at));
  const first = recentDecisions(lines, { limit: 2 });
  expect(first.records).toHaveLength(2);
  lines.push(lineOf('f', 9), lineOf('d', 3));
  const second = recentDecisions(lines, { limit: 2, after: first.next });
  expect(second.records.map(({ time }) => time)).toEqual([NOON + 2000, NOON + 1000]);
  expect(idsOf(lines, { limit: 2, after: second.next })).toEqual(['a']);
  expect(recentDecisions(lines, { limit: 2, after: second.next }).next).toBeUndefined();
});

test('A page that ends with the last record has no next one, and an unknown position gives an empty page', () => {
  const lines = [lineOf('a', 1), lineOf('b', 2)];
  expect(recentDecisions(lines, { limit: 2 }).next).toBeUndefined();
  expect(recentDecisions(lines, { limit: 2, after: 'gone' })).toEqual({ records: [] });
});

test('Records are chosen by document, also those of backend tokens for several', () => {
  const lines = [
    lineOf('own', 1),
    lineOf('other', 2, {}, 'token.minted', 'plan'),
    lineOf('backend', 3, { documentIds: ['plan', 'contract'] }, 'backend-token.minted', ''),
  ];
  expect(idsOf(lines, { document: 'contract' })).toEqual(['backend', 'own']);
});

test('Records are chosen by the user who gets something, or who asked for it', () => {
  const lines = [
    lineOf('minted', 1, { userId: 'bob' }),
    lineOf('asked', 2, { userId: 'carol', callerId: 'bob' }),
    lineOf('granted', 3, { callerId: 'alice', principal: 'user', name: 'bob' }, 'grant.set'),
    lineOf('to-a-group', 4, { callerId: 'alice', principal: 'group', name: 'bob' }, 'grant.set'),
  ];
  expect(idsOf(lines, { user: 'bob' })).toEqual(['granted', 'asked', 'minted']);
});
