import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { PROBLEMS } from '../../../lib/http/problem.ts';

test('docs/problems.md describes every kind of problem, with its status, and no other', async () => {
  const page = await readFile(new URL('../../../docs/problems.md', import.meta.url), 'utf8');
  const described = [...page.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\| \S/gm)].map(([, slug, status]) => [
    slug,
    Number(status),
  ]);
  expect(described).toEqual(Object.entries(PROBLEMS).map(([slug, { status }]) => [slug, status]));
});
