import { globSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import manifest from '../../../package.json' with { type: 'json' };

const PAGES = globSync('**/*.md', { exclude: (name) => name === 'node_modules' });

/** Lists the scripts that a page tells its readers to run: `npm run NAME`, `npm start` and `npm test`. */
const scriptsIn = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/\bnpm (?:run (?:--\w+ )*([a-z][\w:-]*)|(start|test)\b)/g)].map(
    ([, run, short]) => run ?? short ?? '',
  );

test('the pages name scripts of npm', () => {
  expect(PAGES.flatMap(scriptsIn)).toEqual(expect.arrayContaining(['start', 'test', 'test:full', 'deploy']));
});

test.each(PAGES)('package.json has each script that %s names', (page) => {
  expect(scriptsIn(page).filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
});
