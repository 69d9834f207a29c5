import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** Reads the table that tells an app how to act on a status: the advice by status. */
function adviceIn(page: string): Record<string, string> {
  const [, rows = ''] =
    /^\| status +\| your app should +\|\n.*\n((?:\|.*\n)+)/m.exec(readFileSync(page, 'utf8')) ?? [];
  return Object.fromEntries(
    rows.split('\n').flatMap((row) => {
      const [, statuses, advice] = /^\| (.*?) +\| (.*?) +\|$/.exec(row) ?? [];
      return statuses === undefined || advice === undefined ? [] : [[statuses, advice]];
    }),
  );
}

test('README.md and docs/problems.md give an app the same advice on each status', () => {
  const { 201: success, ...advice } = adviceIn('README.md');

  expect(success).toContain('`jwt`');
  expect(Object.keys(advice)).toContain('403');
  expect(advice).toEqual(adviceIn('docs/problems.md'));
});

test('README.md shows the same code for a web page as docs/apps.md', () => {
  const [readme, apps] = ['README.md', 'docs/apps.md'].map(
    (page) => /^```js\n.*?^```$/ms.exec(readFileSync(page, 'utf8'))?.[0],
  );

  expect(readme).toContain('NutrientViewer.load');
  expect(readme).toBe(apps);
});
