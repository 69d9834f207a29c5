import { expect, test } from '@jest/globals';
import { AUDIT_TYPES } from '../../../../../lib/audit/index.ts';
import { KINDS, questionOf, timeOf } from '../../../../../tools/cli/audit/audit-question.ts';

test('Every type of records belongs to one kind', () => {
  const types = Object.values(KINDS).flat();
  expect(types.filter((type, at) => types.indexOf(type) !== at)).toEqual([]);
  expect(AUDIT_TYPES.filter((type) => !types.some((known) => known === type))).toEqual([]);
});

const NOW = Date.parse('2026-11-27T12:00:00Z');
const iso = (time: number): string => new Date(time).toISOString();

test.each([
  ['2h', '2026-11-27T10:00:00.000Z'],
  ['90m', '2026-11-27T10:30:00.000Z'],
  ['7d', '2026-11-20T12:00:00.000Z'],
  ['2w', '2026-11-13T12:00:00.000Z'],
  ['2026-11-24', '2026-11-24T00:00:00.000Z'],
  ['2026-11-24T09:30:00Z', '2026-11-24T09:30:00.000Z'],
  ['2026-11-24t09:30:00z', '2026-11-24T09:30:00.000Z'],
  ['2026-11-24 09:30Z', '2026-11-24T09:30:00.000Z'],
  ['2026-11-24T09:30:00+02:00', '2026-11-24T07:30:00.000Z'],
])('The time %s is %s', (text, expected) => {
  expect(iso(timeOf('--since', text, NOW))).toBe(expected);
});

test.each([
  'tuesday',
  '2',
  '2y',
  '2026-02-30',
  '2026-13-01',
  '2026-11-24T09:30:00',
  '24.11.2026',
  '',
  '2026-11-24T25:00:00Z',
])('The time %p is refused with the right forms', (text) => {
  expect(() => timeOf('--since', text, NOW)).toThrow('--since must be a time such as 2h, 7d');
});

test('A question without times is about the last day', () => {
  expect(questionOf({ document: 'd' }, NOW)).toEqual({
    ...{ document: 'd', user: undefined, groups: [], kinds: [] },
    ...{ since: NOW - 86_400_000, until: NOW, limit: 50 },
  });
});

test('--at asks about one moment', () => {
  const { since, until } = questionOf({ document: 'd', at: '2026-11-24T09:30:00Z' }, NOW);
  expect([since, until].map(iso)).toEqual(['2026-11-24T09:30:00.000Z', '2026-11-24T09:30:00.000Z']);
});

test.each([
  [{}, '--document, --user or --kind is required'],
  [{ document: 'd', group: ['g'] }, '--group goes with --user'],
  [{ document: 'd', at: '2h', since: '3h' }, 'Give --at for one moment'],
  [{ document: 'd', since: '1h', until: '2h' }, '--until must not be before --since.'],
  [{ document: 'd', until: '2d' }, '--until must not be before --since, which is one day ago unless given.'],
  [{ document: 'd', since: '2030-01-01' }, 'That time lies in the future'],
  [{ document: 'd', at: '2026-12-01' }, 'lies in the future'],
  [{ kind: ['mintd'] }, 'There is no kind "mintd". Did you mean "minted"?'],
  [{ document: 'd', limit: '0' }, '--limit must be a whole number'],
])('The options %p are refused', (options, message) => {
  expect(() => questionOf(options, NOW)).toThrow(message);
});
