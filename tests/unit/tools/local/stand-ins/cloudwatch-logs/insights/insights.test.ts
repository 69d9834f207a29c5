import { describe, expect, test } from '@jest/globals';
import {
  MOST_FIELDS,
  parseQuery,
  runQuery,
  type QueriedLine,
  type QueryOptions,
} from '../../../../../../../tools/local/stand-ins/cloudwatch-logs/insights/index.ts';

const NOON = Date.UTC(2026, 10, 27, 12);
const MINUTE = 60_000;

const line = (n: number, message: unknown): QueriedLine => ({
  ...{ id: `ptr-${n}`, log: '000000000000:/audit', stream: 'stream', ingestionTime: NOON },
  timestamp: NOON + n * MINUTE,
  message: typeof message === 'string' ? message : JSON.stringify(message),
});

const LINES = [
  { type: 'token.minted', data: { userId: 'alice', groupCount: 2, ttl: '300', onBehalf: false, 'x-y': 1 } },
  { type: 'token.refused', data: { userId: 'bob', groupCount: 10, reason: 'not-granted', onBehalf: true } },
  { type: 'token.minted', data: { userId: 'bob', groupCount: 0, ttl: '60', onBehalf: false } },
  { type: 'token.refused', data: { userId: 'O\'Neill "x"', groupCount: 1, reason: 'expired' } },
].map((message, n) => line(n, message));

/** Runs a query, and lists its rows without their pointers. */
function rows(query: string, lines: readonly QueriedLine[] = LINES, options: QueryOptions = {}): object[] {
  return runQuery(parseQuery(query), lines, options).rows.map((row) =>
    Object.fromEntries(row.filter(({ field }) => field !== '@ptr').map(({ field, value }) => [field, value])),
  );
}

/** Lists the numbers of the lines that a condition lets pass. */
const passing = (condition: string, options: QueryOptions = {}): number[] =>
  runQuery(
    parseQuery(`fields @timestamp | filter ${condition} | sort @timestamp asc`),
    LINES,
    options,
  ).rows.map((row) => Number(row.find(({ field }) => field === '@ptr')?.value.slice('ptr-'.length)));

describe('filter', () => {
  test.each<[string, number[]]>([
    ['data.userId = "bob"', [1, 2]],
    ["data.userId = 'bob'", [1, 2]],
    ['data.userId != "bob"', [0, 3]],
    ['data.groupCount > 1', [0, 1]],
    ['data.groupCount >= 10', [1]],
    ['data.groupCount < 2 and data.groupCount > 0', [3]],
    ['data.ttl < 100', [2]],
    ['data.userId in ["alice", "carol"]', [0]],
    ['data.userId not in ["alice", "bob"]', [3]],
    ['data.userId like "o"', [1, 2]],
    ['data.userId like /^(?i)o/', [3]],
    ['data.userId =~ /(?i)NEILL/', [3]],
    ['data.userId not like /o/', [0, 3]],
    [String.raw`data.userId = "O'Neill \"x\""`, [3]],
    ['ispresent(data.reason) and not data.reason = "expired"', [1]],
    ['not (type = "token.minted" or data.groupCount = 1)', [1]],
    ['type = "token.minted" and data.userId = "alice" or data.groupCount = 1', [0, 3]],
    ['`data.x-y` = 1', [0]],
    ['data.groupCount * 2 + 1 = 5', [0]],
    ['2 ^ 3 ^ 1 - 8 / 2 % 3 = 7 and data.groupCount = 0', [2]],
    ['strlen(data.userId) = 3', [1, 2]],
    ['@message like \'"onBehalf":true\'', [1]],
    ['data.missing = "x"', []],
    ['@timestamp >= 1795780800000 and @logStream = "stream"', [0, 1, 2, 3]],
    ['isempty(data.reason)', [0, 2]],
    ['coalesce(data.reason, data.ttl) = "60"', [2]],
  ])('%s', (condition, expected) => {
    expect(passing(condition)).toEqual(expected);
  });

  test('The open points of AWS’s pages can be taken either way', () => {
    expect(passing('data.reason != "expired"')).toEqual([1]);
    expect(passing('data.reason != "expired"', { missingDiffers: true })).toEqual([0, 1, 2]);
    expect(passing('data.reason not like "x"')).toEqual([1]);
    expect(passing('data.reason not like "x"', { missingDiffers: true })).toEqual([0, 1, 2]);
    expect(passing('data.onBehalf = 1')).toEqual([1]);
    expect(passing('data.onBehalf = "true"', { booleansAsWords: true })).toEqual([1]);
  });
});

describe('fields of a line', () => {
  test('An element of a list is named with its index, from 0', () => {
    const nested = [
      line(0, { data: { grants: [{ role: 'owner' }, { role: 'viewer', layers: ['', 'review'] }] } }),
    ];
    expect(rows('fields data.grants.0.role, data.grants.1.layers.1, data.grants.2.role', nested)).toEqual([
      { 'data.grants.0.role': 'owner', 'data.grants.1.layers.1': 'review' },
    ]);
  });

  test('A field after the 200th of a line is missing, and its text is in @message alone', () => {
    const list = Array.from({ length: MOST_FIELDS - 1 }, (_, at) => at);
    const crowded = [line(0, { list, last: 'seen', beyond: 'x' })];
    expect(rows('fields last, beyond', crowded)).toEqual([{ last: 'seen' }]);
    expect(rows('filter @message like "beyond" | stats count(*)', crowded)).toEqual([{ 'count(*)': '1' }]);
  });

  test('A field whose name begins with @ gets another one, and cannot replace a generated field', () => {
    const hostile = [line(0, { '@message': 'forged', '@ptr': 'forged' })];
    expect(rows('fields @@message, @logStream', hostile)).toEqual([
      { '@@message': 'forged', '@logStream': 'stream' },
    ]);
    expect(rows('display @message', hostile)).toEqual([{ '@message': hostile[0]?.message }]);
  });

  test.each(['no JSON', '["a"]', '{"broken": ', 'null', '{"a":null}'])(
    'The line %s has no fields of its own',
    (text) => {
      expect(rows('fields a, @message', [line(0, text)])).toEqual([{ '@message': text }]);
    },
  );
});

describe('commands', () => {
  test('Without sort the newest lines come first, and without fields their time and text', () => {
    expect(rows('filter data.userId = "bob"')).toEqual(
      [2, 1].map((n) => ({ '@timestamp': `2026-11-27 12:0${n}:00.000`, '@message': LINES[n]?.message })),
    );
  });

  test('sort, limit and aliases', () => {
    expect(
      rows('fields data.groupCount as groups, toupper(data.userId) as user | sort groups desc | limit 2'),
    ).toEqual([
      { groups: '10', user: 'BOB' },
      { groups: '2', user: 'ALICE' },
    ]);
  });

  test('stats groups by fields and periods, and calculates', () => {
    expect(
      rows(
        'stats count(*) as n, max(@timestamp) - min(@timestamp) as span, count_distinct(data.userId) by type, bin(1h) | sort type',
      ),
    ).toEqual(
      ['token.minted', 'token.refused'].map((type) => ({
        ...{ type, n: '2', span: String(2 * MINUTE), 'count_distinct(data.userId)': '2' },
        'bin(1h)': '2026-11-27 12:00:00.000',
      })),
    );
    expect(
      rows(
        'stats sum(data.groupCount) as s, avg(data.groupCount) as a, pct(data.groupCount, 50) as p, count(data.reason) as c, latest(data.userId) as l, earliest(type) as e',
      ),
    ).toEqual([{ s: '13', a: '3.25', p: '1', c: '2', l: 'O\'Neill "x"', e: 'token.minted' }]);
    expect(rows('filter type = "none" | stats count(*), max(data.groupCount) as m')).toEqual([
      { 'count(*)': '0' },
    ]);
    expect(rows('filter type = "none" | stats count(*) by type')).toEqual([]);
  });

  test('Numbers sort as numbers, texts as texts, and lines without the field last', () => {
    expect(
      rows('fields data.groupCount as n | sort n').flatMap((row) => Object.values(row) as unknown[]),
    ).toEqual(['0', '1', '2', '10']);
    expect(rows('fields data.userId as u, data.reason | sort data.reason asc, u desc')).toMatchObject([
      { 'data.reason': 'expired' },
      { 'data.reason': 'not-granted' },
      { u: 'bob' },
      { u: 'alice' },
    ]);
  });

  test('dedup keeps the first line in the order so far', () => {
    expect(rows('fields data.userId as u | sort @timestamp asc | dedup u')).toEqual([
      { u: 'alice' },
      { u: 'bob' },
      { u: 'O\'Neill "x"' },
    ]);
    expect(rows('fields type, data.groupCount as n | dedup type')).toEqual([
      { type: 'token.refused', n: '1' },
      { type: 'token.minted', n: '0' },
    ]);
  });

  test('parse extracts by asterisks and by named groups', () => {
    expect(
      rows('parse @message \'"userId":"*","groupCount":*,\' as u, n | filter n > 1 | display u, n'),
    ).toEqual([
      { u: 'bob', n: '10' },
      { u: 'alice', n: '2' },
    ]);
    expect(rows('parse type /token\\.(?<what>\\w+)/ | stats count(*) as n by what | sort what')).toEqual([
      { what: 'minted', n: '2' },
      { what: 'refused', n: '2' },
    ]);
  });

  test('A comment ends with its line, and is none within a text', () => {
    expect(rows('# all of bob\nfilter data.userId = "bob" # not alice\n| stats count(*) as n')).toEqual([
      { n: '2' },
    ]);
    expect(rows('filter data.userId = "#" | stats count(*) as n')).toEqual([{ n: '0' }]);
  });
});

test.each([
  [
    'fields @timestamp | where x = 1',
    'line 1, column 21: "where x = 1" is not understood. A command is one of fields',
  ],
  ['FIELDS x', 'in lower case'],
  ['filter a = 1\n| filter b ==== 2', 'line 2, column 13: "=== 2"'],
  ['filter x = true', 'There are no boolean values'],
  ['filter x = "open', 'line 1, column 12: ""open" is not understood. Close the ".'],
  ['filter x like y', 'After like comes "a text" or /a regular expression/'],
  ['filter x like /(/', 'not a regular expression'],
  ['filter x in "a"', 'After in comes a list'],
  ['filter count(*) > 1', 'belong into stats'],
  ['filter (a = 1', 'the query ends. Close the parentheses'],
  ['filter nothing(x)', 'The functions are ispresent'],
  ['filter a not = 1', 'After "not" comes like or in'],
  ['stats type by x', 'stats needs a function such as count(*)'],
  ['stats count(*) by bin(5parsecs)', 'A period is a number and one of ms, s, m'],
  ['limit 10001', 'limit takes a whole number from 1 to 10000'],
  ['parse @message "a * b" as x, y', 'Give one name for each of the 1 asterisks'],
  ['parse @message /x/', 'Name the parts to extract'],
  ['filter data.x§y = 1', 'names with other characters in backticks'],
  ['', 'line 1, column 1: the query ends'],
])('The query %p is refused with its position and the right form', (query, message) => {
  expect(() => parseQuery(query)).toThrow(message);
});
