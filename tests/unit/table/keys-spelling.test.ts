import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SOURCES = ['lib', 'functions', 'tools'].map((folder) => `${folder}/**/*.{ts,js,json,yml}`);

/** The beginnings of keys, whole keys, and the names of the indexes. */
const SPELLINGS = [
  ...['GRANT#', 'HOLDER#', 'DOC#', 'JOB#', 'LIMIT#', 'DUE#', '#rotation'].map((text) => new RegExp(text)),
  ...['KEYS', 'byPrincipal', 'byDue'].map((text) => new RegExp(`['"\`/]${text}['"\`]`)),
];

/** Finds the lines of a text that spell a key or an index, by their numbers. */
function spellingsIn(text: string): number[] {
  return text
    .split('\n')
    .flatMap((line, at) => (SPELLINGS.some((spelling) => spelling.test(line)) ? [at + 1] : []));
}

describe('the keys and indexes of the table', () => {
  test.each([
    ["{ ':grant': { S: 'GRANT#' } }", 1],
    ['const key = `HOLDER#${userId}`;', 1],
    ["table.query(condition, { index: 'byDue' })", 1],
    ["{ pk: 'KEYS', sk: kid }", 1],
    ['return byPrincipal(one, other);', 0],
    ['const KEYS = 7;', 0],
  ])('are found in %s', (line, count) => {
    expect(spellingsIn(line)).toHaveLength(count);
  });

  test('are spelt in lib/table alone', () => {
    const files = globSync(SOURCES, { cwd: ROOT }).filter((file) => !file.startsWith('lib/table/'));
    expect(files.length).toBeGreaterThan(200);
    const places = files.flatMap((file) =>
      spellingsIn(readFileSync(ROOT + file, 'utf8')).map((line) => `${file}:${line}`),
    );
    expect(places).toEqual([]);
  });
});
