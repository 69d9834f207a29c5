import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SignJWT, decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose';
import * as z from 'zod';
import { ConsoleSite } from '../support/browser/console-site.ts';
import type { ConsolePage } from '../support/browser/console-page.ts';

let site: ConsoleSite;
let sound: string;
beforeAll(async () => {
  site = await ConsoleSite.start();
  const minted = await site.as('alice', 'POST', '/v1/tokens', { documentId: 'contract-2026' });
  sound = z.object({ jwt: z.string() }).parse(minted).jwt;
});
afterAll(async () => {
  await site.stop();
});

/** Opens the section. */
async function opened(options: { narrow?: boolean; dark?: boolean } = {}): Promise<ConsolePage> {
  const console_ = await site.open(options);
  await console_.signIn('alice');
  await console_.goTo('Inspect');
  return console_;
}

const inspect = async (console_: ConsolePage, token: string): Promise<void> => {
  await console_.field('Token').fill(token);
  await console_.button('Inspect').click();
};

/** Reads the results of the table, from the first row on. */
const results = async (console_: ConsolePage): Promise<string[]> =>
  console_.page.locator('tbody tr td:nth-child(2) strong').allInnerTexts();

/** The sound token with other claims. Its signature does not fit any more. */
const altered = (claims: object): string => {
  const [header, , signature] = sound.split('.');
  const payload = Buffer.from(JSON.stringify({ ...decodeJwt(sound), ...claims })).toString('base64url');
  return [header, payload, signature].join('.');
};

describe('The section Inspect', () => {
  test('accepts a sound token and explains its claims, by the keyboard alone', async () => {
    const console_ = await opened();
    await console_.tabTo(console_.field('Token'));
    await console_.page.keyboard.insertText(sound);
    await console_.tabTo(console_.button('Inspect'));
    await console_.page.keyboard.press('Enter');
    await console_.says('Document Engine would accept this token.');
    await console_.page.getByText('The one document that the token opens.').waitFor();
    await console_.page.getByText(/^Expires .* UTC, in /).waitFor();
    expect(new Set(await results(console_))).toEqual(new Set(['holds']));
    await console_.expectNoAxeViolations();
    await console_.close();
  });

  test('shows the rules that an expired token breaks first, each with its remedy', async () => {
    const console_ = await opened();
    await inspect(console_, altered({ iat: 1_700_000_000, exp: 1_700_000_300 }));
    await console_.says('Document Engine would refuse this token.');
    const found = await results(console_);
    expect(found.slice(0, 2)).toEqual(['fails', 'fails']);
    expect(found.lastIndexOf('fails')).toBeLessThan(found.indexOf('holds'));
    const expired = console_.page
      .getByRole('row')
      .filter({ has: console_.page.getByText('exp', { exact: true }) });
    expect(await expired.innerText()).toMatch(/fails[^]*2023-11-14/);
    await console_.page.getByText(/^Expires 2023-11-14 22:18:20 UTC, .* ago\.$/).waitFor();
    await console_.expectNoAxeViolations();
    await console_.close();
  });

  test('names the signature of a token that somebody else has signed', async () => {
    const console_ = await opened();
    const { alg = '', kid = '' } = decodeProtectedHeader(sound);
    const { privateKey } = await generateKeyPair(alg);
    const forged = new SignJWT(decodeJwt(sound)).setProtectedHeader({ alg, kid });
    await inspect(console_, await forged.sign(privateKey));
    await console_.says('Document Engine would refuse this token.');
    const [first] = await console_.page.getByRole('row').filter({ hasText: 'fails' }).allInnerTexts();
    expect(first).toContain('signature');
    await console_.close();
  });

  test.each(['hello', '{"jwt":1}', '..', 'a.b.c', '<img src=x onerror=hit=1>', '\u0000'])(
    'says in words that %j is no token',
    async (junk) => {
      const console_ = await opened();
      await inspect(console_, junk);
      await console_.says('Document Engine would refuse this token.');
      expect(await results(console_)).toContain('fails');
      await console_.expectOnlyText();
      await console_.close();
    },
  );

  test.each(['Bearer TOKEN', 'Authorization: Bearer TOKEN', '"TOKEN"'])(
    'says that %j is more than a token, and checks the token within it',
    async (pasted) => {
      const console_ = await opened();
      await inspect(console_, pasted.replace('TOKEN', sound));
      await console_.says('Document Engine would refuse this token.');
      const [first, ...others] = await results(console_);
      expect([first, new Set(others)]).toEqual(['fails', new Set(['holds'])]);
      await console_.page.getByText('Pass on the token alone.').waitFor();
      await console_.close();
    },
  );

  test('sends no text that is longer than any token, and leads back to the field', async () => {
    const console_ = await opened();
    const sent: string[] = [];
    console_.page.on('request', (request) => sent.push(request.url()));
    await inspect(console_, 'eyJ'.repeat(1_000_000));
    await console_.page
      .getByText('This text has 3000000 characters. The service reads at most 15000.')
      .waitFor();
    await console_.page.locator('textarea:focus[aria-invalid=true]').waitFor();
    expect(sent).toEqual([]);
    await console_.close();
  });

  test('names the document that the token does not open', async () => {
    const console_ = await opened();
    await console_.field('Document').fill('floor-plan');
    await inspect(console_, sound);
    await console_.says('Document Engine would refuse this token.');
    const [first] = await console_.page.getByRole('row').filter({ hasText: 'fails' }).allInnerTexts();
    expect(first).toContain('floor-plan');
    await console_.field('Document').fill('no/document');
    console_.expectReports(/400/);
    await console_.button('Inspect').click();
    await console_.page.locator('input[aria-invalid=true]').waitFor();
    await console_.close();
  });

  test('drops the answer to a token that was changed meanwhile', async () => {
    const console_ = await opened();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await console_.page.route(
      '**/v1/tokens/inspect',
      async (route) => {
        await held;
        // The page has dropped the request already.
        await route.continue().catch(() => undefined);
      },
      { times: 1 },
    );
    const arrived = console_.page.waitForRequest('**/v1/tokens/inspect');
    await inspect(console_, sound);
    const first = await arrived;
    await inspect(console_, 'another');
    await console_.says('Document Engine would refuse this token.');
    release();
    await (await first.response())?.finished();
    await console_.page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    expect(await console_.page.getByText('would accept').count()).toBe(0);
    await console_.close();
  });

  test.each([{ dark: false }, { dark: true }])('fits a phone, dark: $dark', async ({ dark }) => {
    const console_ = await opened({ narrow: true, dark });
    await inspect(console_, altered({ name: 'W'.repeat(2000) }));
    await console_.says('Document Engine would refuse this token.');
    await console_.expectNoSidewaysScroll();
    await console_.expectNoAxeViolations();
    await console_.close();
  });
});

describe('A pasted token', () => {
  test('is sent to the service alone, and kept nowhere', async () => {
    const console_ = await opened();
    const [, payload = '', signature = ''] = sound.split('.');
    const receivers: string[] = [];
    console_.page.on('request', (request) => {
      const text = request.url() + (request.postData() ?? '') + JSON.stringify(request.headers());
      if (text.includes(payload)) receivers.push(`${request.method()} ${request.url()}`);
    });
    await inspect(console_, sound);
    await console_.says('Document Engine would accept this token.');
    const kept = await console_.kept();
    expect(kept).not.toContain(payload);
    expect(kept).not.toContain(signature);
    expect(receivers).toEqual([`POST ${site.stack.api}/v1/tokens/inspect`]);
    await console_.close();
  });

  test('is gone with the section, with “Clear”, and after a reload', async () => {
    const console_ = await opened();
    const isGone = async (): Promise<void> => {
      expect(await console_.field('Token').inputValue()).toBe('');
      expect(await console_.page.getByText('document_id', { exact: true }).count()).toBe(0);
    };
    for (const leave of [
      () => console_.button('Clear').click(),
      async () => {
        await console_.goTo('Keys');
        await console_.page.goBack();
        await console_.heading('Inspect').waitFor();
      },
      async () => {
        await console_.page.reload();
        await console_.heading('Inspect').waitFor();
      },
    ]) {
      await inspect(console_, sound);
      await console_.says('Document Engine would accept this token.');
      await leave();
      await isGone();
    }
    await console_.close();
  });
});
