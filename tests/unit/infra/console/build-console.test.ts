import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { buildConsole } from '../../../../infra/console/build-console.ts';

const files = await buildConsole();
const textOf = (name: string): string =>
  gunzipSync(Buffer.from(files[name]?.gzip ?? '', 'base64')).toString();
const names = Object.keys(files);

test('The console has at most 60 KB, compressed', () => {
  const bytes = Object.values(files).map(({ gzip }) => Buffer.from(gzip, 'base64').length);
  expect(bytes.reduce((sum, it) => sum + it, 0)).toBeLessThanOrEqual(60_000);
});

test('The page names each of its files once, and has no script, style or handler of its own', () => {
  const page = textOf('index.html');
  const others = names.filter((name) => name !== 'index.html');
  expect(others.map((name) => name.replace(/-[0-9a-f]{16}/, '')).toSorted()).toEqual([
    'console.css',
    'console.js',
    'icon.svg',
  ]);
  expect(others.map((name) => page.split(`console/${name}"`).length)).toEqual([2, 2, 2]);
  expect(page).not.toMatch(/<style|style=|\son\w+=|<script(?! type="module" src="console\/)/);
});

test('The same sources give the same files, so that a deployment without a change replaces nothing', async () => {
  expect(await buildConsole()).toEqual(files);
});

test('The script evaluates no text, and loads no other script', () => {
  const script = textOf(names.find((name) => name.endsWith('.js')) ?? '');
  expect(script).not.toMatch(/\beval\(|new Function\(|document\.write|insertAdjacentHTML|\bimport\(/);
});
