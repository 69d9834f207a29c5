import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { PROBLEMS } from '../../../../lib/http/problems/problem.ts';

test('docs/problems.md describes every kind of problem, with its status', async () => {
  const text = await readFile('docs/problems.md', 'utf8');
  const described = [...text.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\| \S/gm)].map(([, slug, status]) => [
    slug,
    Number(status),
  ]);
  const known = Object.entries(PROBLEMS).map(([slug, { status }]) => [slug, status]);
  expect(described.sort()).toEqual(known.sort());
});
