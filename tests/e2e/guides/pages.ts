import { afterAll, describe, expect, test } from '@jest/globals';
import { examplesOf } from '../../support/guides/guide.ts';
import { hasCurl, Shell } from '../../support/guides/shell.ts';
import { differencesFrom, isLike } from '../../support/guides/shown.ts';
import { stack } from '../../support/guides/stack-of-guides.ts';

/** The address that the guides write, as `npm start` has it unless told otherwise. */
const WRITTEN_ADDRESS = 'http://127.0.0.1:4747';

/** Starts the service, as the tests have done already. */
const START = 'npm ci && npm start\n';

const everyExample = hasCurl ? describe : describe.skip;

everyExample.each(['docs/api.md', 'docs/first-document.md'])(
  '%s, pasted from top to bottom (skipped without curl)',
  (page) => {
    let shell: Shell | undefined;
    afterAll(() => shell?.close());

    test.each(examplesOf(page).filter(({ commands }) => commands !== START))(
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
  },
);
