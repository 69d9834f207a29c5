import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';

const page = await readFile(new URL('../../../docs/glossary.md', import.meta.url), 'utf8');

/** The explanation of each term. Other pages link to it by its heading. */
const terms = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((entry) => {
      const [term = '', ...lines] = entry.split(/^## /m)[0]?.split('\n') ?? [];
      return [term, lines.join(' ').trim()];
    }),
);

test.each([
  ...['caller', 'user id', 'document', 'layer', 'role', 'principal', 'grant', 'holder'],
  ...['family', 'epoch', 'signing key', 'lease', 'checkpoint'],
])('the glossary explains the term %s', (term) => {
  expect(terms.get(term)).toMatch(/\w.*\.$/);
});

test('each explanation in the glossary is short: three sentences at most', () => {
  const long = [...terms].filter(([, text]) => (text.match(/\.(?: |$)/g) ?? []).length > 3);

  expect(long.map(([term]) => term)).toEqual([]);
});
