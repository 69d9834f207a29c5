import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../../../../tools/cli/errors.ts';
import {
  MAX_PAIRS,
  pairOf,
  readPairs,
  type Pair,
  type PairFormat,
} from '../../../../../../tools/cli/grants/move-user/user-pairs.ts';

const read = (text: string | Buffer, format: PairFormat = 'csv'): Promise<readonly Pair[]> =>
  readPairs('pairs.csv', source(text), format);

async function* source(text: string | Buffer): AsyncGenerator<Buffer> {
  // In small pieces, as a pipe can deliver it.
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; at += 7) yield await Promise.resolve(bytes.subarray(at, at + 7));
}

describe('A file of pairs', () => {
  test('as CSV is read with quotes, CRLF and a byte order mark', async () => {
    expect(await read('\ufefffrom,to\r\na,b\r\n"c,""d""",e f\r\n\r\ng,"h"')).toEqual([
      { from: 'a', to: 'b', line: 2 },
      { from: 'c,"d"', to: 'e f', line: 3 },
      { from: 'g', to: 'h', line: 5 },
    ]);
  });

  test('as JSON Lines is read with every character that a user id can have', async () => {
    expect(
      await read('{"from":"auth0|a\u2028","to":"a,b"}\n\n{"to":"d","from":"c"}\n', 'json-lines'),
    ).toEqual([
      { from: 'auth0|a\u2028', to: 'a,b', line: 1 },
      { from: 'c', to: 'd', line: 3 },
    ]);
  });

  test.each<[string, PairFormat, string, string]>([
    ['without a header', 'csv', 'a,b', 'line 1 must be the header from,to'],
    ['with swapped columns', 'csv', 'to,from\na,b', 'line 1 must be the header from,to'],
    ['with an empty first line', 'csv', '\nfrom,to\na,b', 'line 1 must be the header from,to'],
    ['with semicolons', 'csv', 'from,to\na;b', 'line 2 must be two user ids with a comma between them'],
    ['with a blank after the comma', 'csv', 'from,to\na, b', 'line 2 must be two user ids with a comma'],
    ['with three columns', 'csv', 'from,to\na,b,c', 'line 2 must be two user ids'],
    ['with an open quotation mark', 'csv', 'from,to\n"a,b', 'line 2 must be two user ids'],
    ['with an empty user id', 'csv', 'from,to\na,', 'line 2 #/to must be a user id'],
    ['with a control character', 'csv', 'from,to\na,b\tc', 'line 2 #/to must be a user id'],
    ['with a user id that is too long', 'csv', `from,to\na,${'b'.repeat(513)}`, 'line 2 #/to must be'],
    ['with a line that is too long', 'csv', `from,to\na,${'b'.repeat(9000)}`, 'line 2 has more than 8192'],
    ['that is not JSON', 'json-lines', '{"from"', 'line 1 is not JSON: expected'],
    ['with an unknown member', 'json-lines', '{"from":"a","to":"b","x":1}', 'line 1 #/x is unknown'],
    ['with a member twice', 'json-lines', '{"from":"a","to":"b","to":"c"}', 'line 1 #/to is there twice'],
    ['without a member', 'json-lines', '{"from":"a"}', 'line 1 #/to is missing'],
    ['that moves a user id to itself', 'csv', 'from,to\na,a', 'line 2 moves a user id to itself'],
    ['that moves a user id twice', 'csv', 'from,to\na,b\na,c', 'line 3 moves the same user id as line 2'],
    [
      'that makes one user of two',
      'csv',
      'from,to\na,c\nb,c',
      'line 3 moves to the same user id as line 2; if both are one person, move the second alone',
    ],
    ['with a chain', 'csv', 'from,to\na,b\nb,c', 'line 3 moves a user id that line 2 moves to'],
    [
      'with a chain in the other order',
      'csv',
      'from,to\nb,c\na,b',
      'line 2 moves a user id that line 3 moves to',
    ],
    ['with a cycle', 'csv', 'from,to\na,b\nb,a', 'line 2 moves a user id that line 3 moves to'],
  ])('%s is refused with the line', async (_what, format, text, fault) => {
    await expect(read(text, format)).rejects.toThrow(UsageError);
    await expect(read(text, format)).rejects.toThrow(
      `pairs.csv is not valid, and nothing was moved:\n  ${fault}`,
    );
  });

  test.each<[PairFormat, string]>([
    ['csv', 'from,to\nmüller,b'],
    ['json-lines', '\n{"from":"müller","to":"b"}'],
  ])('as %s in Latin-1 is refused, so that no grant goes to a garbled user id', async (format, text) => {
    await expect(read(Buffer.from(text, 'latin1'), format)).rejects.toThrow(/line 2 is not UTF-8/);
  });

  test('is refused with all of its faults at once, and a cycle with both lines', async () => {
    await expect(read('from,to\na,b\n;\nb,a\nc,c')).rejects.toThrow(
      [
        'pairs.csv is not valid, and nothing was moved:',
        'line 3 must be two user ids with a comma between them and no blanks around it, quoted as in RFC 4180 if need be',
        'line 5 moves a user id to itself',
        'line 2 moves a user id that line 4 moves to',
        'line 4 moves a user id that line 2 moves to',
      ].join('\n  '),
    );
  });

  test('that is CSV under another name is refused with the ending that it needs', async () => {
    await expect(read('from,to\na,b', 'json-lines')).rejects.toThrow(
      'pairs.csv begins like CSV. Only a file with a name that ends in .csv is read as CSV.',
    );
  });

  test.each(['', 'from,to', 'from,to\n\n'])('%j without pairs is refused', async (text) => {
    await expect(read(text)).rejects.toThrow('pairs.csv has no user ids.');
  });

  test('of more lines than memory is kept for is refused', async () => {
    const lines = Array.from({ length: MAX_PAIRS + 1 }, (_, at) => `${at},n${at}`);
    const whole = Buffer.from(['from,to', ...lines].join('\n'));
    await expect(readPairs('Standard input', oneChunk(whole), 'csv')).rejects.toThrow(
      'Standard input has more than 100000 lines. Split it.',
    );
  });
});

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

describe('Two user ids of the command line', () => {
  test('are checked as those of a file', () => {
    expect(pairOf('a', 'auth0|b')).toEqual({ from: 'a', to: 'auth0|b' });
    expect(() => pairOf('a', '')).toThrow('These user ids cannot be moved: #/to must be a user id');
    expect(() => pairOf('a\n', 'b')).toThrow('#/from must be a user id');
    expect(() => pairOf('a', 'a')).toThrow('The new user id is the same as the former one.');
  });
});
