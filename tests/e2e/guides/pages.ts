import { afterAll, expect, test } from '@jest/globals';
import { examplesOf } from '../../support/guides/guide.ts';
import { Shell, withCurl } from '../../support/guides/shell.ts';
import { differencesFrom, isLike } from '../../support/guides/shown.ts';
import { stack } from '../../support/guides/stack-of-guides.ts';

/** The address that the guides write, as `npm start` has it unless told otherwise. */
const WRITTEN_ADDRESS = 'http://127.0.0.1:4747';

/** Commands of npm are not pasted: they would change the project under the tests. The service runs already. */
const OF_NPM = /^npm /m;

withCurl.each([
  { page: 'docs/api.md', ofNpm: [] },
  { page: 'docs/first-document.md', ofNpm: ['npm ci && npm start\n'] },
])('$page, pasted from top to bottom (skipped without curl)', ({ page, ofNpm }) => {
  const examples = examplesOf(page);
  let shell: Shell | undefined;
  afterAll(() => shell?.close());

  test('starts the service as the README does', () => {
    expect(examples.map(({ commands }) => commands).filter((it) => OF_NPM.test(it))).toEqual(ofNpm);
  });

  test.each(examples.filter(({ commands }) => !OF_NPM.test(commands)))(
    'line $line, $heading',
    async ({ commands, status, shown }) => {
      shell ??= new Shell();
      const outcome = await shell.paste(commands.replaceAll(WRITTEN_ADDRESS, stack().api));

      expect(outcome.code).toBe(0);
      const { statuses, output } = outcome;
      const before = status === undefined ? statuses : statuses.slice(0, -1);
      expect([statuses.at(-1), output]).toEqual([status ?? statuses.at(-1), output]);
      expect(before.filter((it) => it >= 300)).toEqual([]);
      if (shown?.language === 'json') {
        expect(differencesFrom(JSON.parse(shown.text), JSON.parse(output))).toEqual([]);
      } else if (shown) {
        expect([output, isLike(shown.text.trim(), output)]).toEqual([output, true]);
      }
    },
  );
});
