import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { Jwks } from '../../lib/http/routes/keys/schemas.ts';
import { ConsoleSite } from '../support/browser/console-site.ts';

let site: ConsoleSite;
beforeAll(async () => {
  site = await ConsoleSite.start();
  // The first token publishes the first key.
  await site.as('alice', 'POST', '/v1/tokens', { documentId: 'contract-2026' });
});
afterAll(async () => {
  await site.stop();
});

const kidsNow = async (): Promise<string[]> => {
  const answer: unknown = await (await fetch(`${site.stack.api}/.well-known/jwks.json`)).json();
  return Jwks.parse(answer).keys.map(({ kid }) => kid);
};

describe('The section Keys', () => {
  test('shows each public key, and rotates by the keyboard alone', async () => {
    const console_ = await site.open();
    await console_.signIn('alice');
    await console_.goTo('Keys');
    const [former = ''] = await kidsNow();
    await console_.page.getByRole('cell', { name: former }).waitFor();
    await console_.page.getByRole('img', { name: /Time line of the keys/ }).waitFor();
    await console_.expectNoAxeViolations();

    await console_.tabTo(console_.button('Rotate the key now'));
    await console_.page.keyboard.press('Enter');
    await console_.page.getByText('The rotation is done.').waitFor();
    const kids = await kidsNow();
    expect(kids).toHaveLength(2);
    expect(kids).toContain(former);
    await console_.page.getByRole('cell', { name: kids[0] ?? '' }).waitFor();
    const row = console_.page.getByRole('row').filter({ hasText: former });
    await row.getByText('replaced: its tokens still verify').waitFor();
    await console_.page.getByText(/Tokens of a replaced key are valid until/).waitFor();
    await console_.expectNoAxeViolations();
    await console_.close();
  });

  test('tells the same in words as in the picture', async () => {
    const console_ = await site.open();
    await console_.signIn('bob');
    await console_.goTo('Keys');
    const words = console_.page.locator('.time-line figcaption li');
    await words.first().waitFor();
    const kids = await kidsNow();
    expect(await words.count()).toBe(kids.length);
    for (const [at, kid] of kids.entries())
      expect(await words.nth(at).innerText()).toContain(kid.slice(0, 12));
    await console_.close();
  });

  test.each([{ dark: false }, { dark: true }])('fits a phone, dark: $dark', async ({ dark }) => {
    const console_ = await site.open({ narrow: true, dark });
    await console_.signIn('carol');
    await console_.goTo('Keys');
    await console_.page.getByRole('img', { name: /Time line/ }).waitFor();
    await console_.expectNoSidewaysScroll();
    await console_.expectNoAxeViolations();
    await console_.close();
  });

  test('says why a rotation has failed, and that the former key still signs', async () => {
    const console_ = await site.open();
    await console_.signIn('alice');
    await console_.page.route('**/local/signing-key', async (route) => {
      const answer = await route.fetch();
      const state = z.record(z.string(), z.unknown()).parse(await answer.json());
      const lines = ['<img src=x onerror=alert(1)> belongs to another stage'];
      const lastRotation = { state: 'failed', startedAt: new Date().toISOString(), lines };
      await route.fulfill({ response: answer, json: { ...state, lastRotation } });
    });
    await console_.goTo('Keys');
    await console_.page.getByText('The rotation has failed. The former key still signs.').waitFor();
    await console_.page.getByText('<img src=x onerror=alert(1)> belongs to another stage').first().waitFor();
    await console_.close();
  });
});
