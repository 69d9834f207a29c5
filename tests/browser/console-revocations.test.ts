import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import * as z from 'zod';
import { LocalStack } from '../../tools/cli/local-stack.ts';
import { FAULTS_PATH, functionPath } from '../../tools/local/stack/routes/paths.ts';
import type { ConsolePage } from '../support/browser/console-page.ts';
import { ConsoleSite } from '../support/browser/console-site.ts';

let site: ConsoleSite;
let commands: LocalStack;
beforeAll(async () => {
  site = await ConsoleSite.start();
  commands = new LocalStack(new URL(site.stack.api).port);
});
afterEach(async () => {
  await turn('repair');
});
afterAll(async () => {
  await site.stop();
});

const DOCUMENT = 'contract-2026';
const HOSTILE = '<img src=x onerror="document.title=`owned`">';

/** Breaks Document Engine, or repairs it. */
const turn = (action: 'break' | 'repair'): Promise<unknown> =>
  commands.change(`${FAULTS_PATH}/document-engine/${action}`, z.unknown());

/** Runs the function that delivers waiting revocations, which runs by itself once a minute. */
const sweep = (): Promise<unknown> =>
  commands.change(functionPath('sweepRevocations', 'invoke'), z.unknown());

const mint = (user: string): Promise<unknown> =>
  site.as(user, 'POST', '/v1/tokens', { documentId: DOCUMENT });

async function open(user: string, look: Parameters<ConsoleSite['open']>[0] = {}): Promise<ConsolePage> {
  const page = await site.open(look);
  page.expectReports(/the server responded with a status of 40[034]/);
  await page.signIn(user);
  await page.goTo('Revocations');
  return page;
}

const dialog = (page: ConsolePage): Locator => page.page.getByRole('dialog');

/** Confirms the question of the form. */
async function confirm(page: ConsolePage, words: string): Promise<void> {
  await page.button('Revoke …').click();
  await dialog(page).getByText(words).waitFor();
  await dialog(page).getByRole('button', { name: 'Revoke' }).click();
}

/** Lists the requests for the progress from now on. */
function looksOf(page: ConsolePage): string[] {
  const looks: string[] = [];
  page.page.on('request', (request) => {
    if (request.method() === 'GET' && request.url().includes('/v1/revocations/')) looks.push(request.url());
  });
  return looks;
}

/** Hides the tab, or shows it. */
async function setHidden(page: ConsolePage, isHidden: boolean): Promise<void> {
  await page.page.evaluate(
    `Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} });
     document.dispatchEvent(new Event('visibilitychange'));`,
  );
}

describe('Revocations', () => {
  test('ends the own tokens, and finds the revocation again after a reload', async () => {
    await mint('carol');
    const page = await open('carol');
    await page.expectNoAxeViolations();
    await page.field('Tokens to end').selectOption('own-document');
    await page.field('Document').fill(DOCUMENT);
    await page.field('Reason').fill('I lost my phone');
    await confirm(page, `This ends your own tokens for the document “${DOCUMENT}”.`);
    await page.says('Document Engine has confirmed the revocation.');
    await page.page.getByText('Revoked so far: 1').waitFor();
    await page.page.locator('h2:focus', { hasText: 'Revocation ' }).waitFor();
    await page.expectNoAxeViolations();
    await page.page.reload();
    await page.page.getByText('Reason: I lost my phone').waitFor();
    await page.close();
  });

  test('ends the tokens of everyone for a document, with the keyboard alone on a phone in the dark', async () => {
    await mint('carol');
    await mint('alice');
    const page = await open('alice', { narrow: true, dark: true });
    const { keyboard } = page.page;
    await page.tabTo(page.field('Tokens to end'));
    await keyboard.press('End');
    await page.tabTo(page.field('Document'));
    await keyboard.type(DOCUMENT);
    await keyboard.press('Enter');
    await dialog(page).waitFor();
    await page.expectNoAxeViolations();
    await keyboard.press('Escape');
    await page.page.locator('input[name=documentId]:focus').waitFor();
    await keyboard.press('Enter');
    await page.tabTo(dialog(page).getByRole('button', { name: 'Revoke' }));
    await keyboard.press('Enter');
    await page.page.getByText('Revoked so far: 2').waitFor();
    await page.expectNoSidewaysScroll();
    await page.expectNoAxeViolations();
    await page.close();
  });

  test('follows a revocation while Document Engine is away, until it has confirmed', async () => {
    await mint('carol');
    await turn('break');
    const page = await open('alice');
    await page.field('Tokens to end').selectOption('user-document');
    await page.field('User id').fill('carol');
    await page.field('Document').fill(DOCUMENT);
    await confirm(page, 'This ends the tokens of user “carol”');
    await page.says('The revocation is under way.');
    await page.page.getByText('Not confirmed yet: 1').waitFor();
    await page.expectNoAxeViolations();
    await turn('repair');
    await sweep();
    await page.says('Document Engine has confirmed the revocation.');
    await page.page.getByText('Not confirmed yet: 0').waitFor();
    await page.close();
  });

  test('asks nothing in a hidden tab, looks once it is visible, and ends with the section', async () => {
    await mint('carol');
    await turn('break');
    const page = await open('alice');
    await page.page.clock.install();
    const looks = looksOf(page);
    await page.field('Tokens to end').selectOption('everyone');
    await page.field('Document').fill(DOCUMENT);
    await confirm(page, 'This ends the tokens of everyone');
    await page.says('The revocation is under way.');
    await setHidden(page, true);
    looks.length = 0;
    await page.page.clock.fastForward(600_000);
    expect(looks).toEqual([]);
    const look = page.page.waitForResponse(/\/v1\/revocations\//);
    await setHidden(page, false);
    await look;
    await page.goTo('Inspect');
    looks.length = 0;
    await page.page.clock.fastForward(600_000);
    expect(looks).toEqual([]);
    await page.close();
  });

  test('says who may revoke what to somebody who may not', async () => {
    const page = await open('mallory');
    await page.field('Tokens to end').selectOption('everyone');
    await page.button('Revoke …').click();
    await page.page.getByText('Enter the id of a document.').waitFor();
    await page.field('Document').fill(DOCUMENT);
    await confirm(page, 'This ends the tokens of everyone');
    await page.page.getByText('You may not revoke these tokens').waitFor();
    expect(await page.field('Document').inputValue()).toBe(DOCUMENT);
    await page.expectNoAxeViolations();
    await page.close();
  });

  test('looks a revocation up by its id, and says if there is none', async () => {
    const { id } = z
      .object({ id: z.string() })
      .parse(await site.as('bob', 'POST', '/v1/revocations', { reason: 'first' }));
    const page = await open('bob');
    await page.field('Id of the revocation').fill(id);
    await page.button('Look up').click();
    await page.page.getByText('Reason: first').waitFor();
    await page.page.getByText('Without a document, the service looks').waitFor();
    await page.field('Id of the revocation').fill('x'.repeat(22));
    await page.button('Look up').click();
    await page.alerts('There is no such revocation');
    await page.close();
  });

  test('hostile values stay text', async () => {
    const page = await open('alice');
    await page.field('Tokens to end').selectOption('user-document');
    await page.field('User id').fill(HOSTILE);
    await page.field('Document').fill(HOSTILE);
    await page.field('Reason').fill(HOSTILE);
    await page.button('Revoke …').click();
    await page.page.getByText('A document id has').waitFor();
    await page.field('Document').fill(DOCUMENT);
    await confirm(page, `user “${HOSTILE}”`);
    await page.page.getByText(`Reason: ${HOSTILE}`).waitFor();
    await page.page.evaluate(
      `location.hash = '#/revocations/' + encodeURIComponent(${JSON.stringify(HOSTILE)})`,
    );
    await page.page.locator('.bad', { hasText: 'The id of a revocation has' }).waitFor();
    expect(await page.page.locator('img').count()).toBe(0);
    await page.close();
  });
});
