import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Request } from 'playwright-core';
import { ConsoleSite } from '../support/browser/console-site.ts';
import type { ConsolePage } from '../support/browser/console-page.ts';

let site: ConsoleSite;
beforeAll(async () => {
  site = await ConsoleSite.start();
});
afterAll(async () => {
  await site.stop();
});

/** Presses "Sign in", and gives the request at which the provider shows its page. */
async function begun(console_: ConsolePage): Promise<URL> {
  await console_.button('Sign in').click();
  await console_.button(/\(alice\)/).waitFor();
  return new URL(console_.page.url());
}

/** Lets the provider's answer arrive in another way: the address to which it sends the browser is changed. */
async function changeAnswer(console_: ConsolePage, change: (answer: URLSearchParams) => void): Promise<void> {
  await console_.page.route('**/authorize', async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 });
    const url = new URL(answer.headers()['location'] ?? '');
    change(url.searchParams);
    await route.fulfill({ response: answer, headers: { ...answer.headers(), location: url.href } });
  });
}

/** Records the requests at the provider's token endpoint. */
function tokenRequests(console_: ConsolePage): Request[] {
  const requests: Request[] = [];
  console_.page.on('request', (request) => {
    if (request.url() === site.stack.tokenEndpoint) requests.push(request);
  });
  return requests;
}

const expectSignedOut = async (console_: ConsolePage): Promise<void> => {
  await console_.button('Sign in').waitFor();
  expect(await console_.button('Sign out').count()).toBe(0);
  const url = new URL(console_.page.url());
  expect(url.origin + url.pathname + url.search).toBe(site.stack.console);
};

describe('The request for a sign-in', () => {
  test('asks for a code with PKCE, a state and a nonce, new ones each time, and has no secret', async () => {
    const console_ = await site.open();
    const first = await begun(console_);
    await console_.page.goto(site.stack.console);
    const second = await begun(console_);
    const parameters = Object.fromEntries(first.searchParams);
    expect(parameters).toMatchObject({
      ...{ response_type: 'code', client_id: 'console', redirect_uri: site.stack.console },
      ...{ code_challenge_method: 'S256', code_challenge: expect.stringMatching(/^[\w-]{43}$/) },
      ...{ state: expect.stringMatching(/^[\w-]{43}$/), nonce: expect.stringMatching(/^[\w-]{43}$/) },
    });
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(second.searchParams.get(name)).not.toBe(first.searchParams.get(name));
    const requests = tokenRequests(console_);
    await console_.button(/\(alice\)/).click();
    await console_.button('Sign out').waitFor();
    const [form] = requests.map((request) => new URLSearchParams(request.postData() ?? ''));
    expect(form?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect(form?.has('client_secret')).toBe(false);
    await console_.close();
  });

  test('goes to no address that is a script, if a discovery document names one', async () => {
    const console_ = await site.open();
    for (const address of ['javascript:hit=1', 'data:text/html,x', 'http://127.0.0.2/authorize', 'x']) {
      await console_.page.route('**/.well-known/openid-configuration', async (route) => {
        const answer = await route.fetch();
        const metadata = (await answer.json()) as object;
        await route.fulfill({ response: answer, json: { ...metadata, authorization_endpoint: address } });
      });
      await console_.button('Sign in').click();
      await console_.alerts('The identity provider has no page for a sign-in.');
      await expectSignedOut(console_);
      await console_.page.unrouteAll();
    }
    await console_.expectOnlyText();
    await console_.close();
  });
});

describe('An answer of the provider', () => {
  const MISFIT = 'The answer of the identity provider does not fit this sign-in.';

  test.each<readonly [attack: string, change: (answer: URLSearchParams) => void]>([
    [
      'with the state of another sign-in (login CSRF)',
      (answer) => {
        answer.set('state', 'x'.repeat(43));
      },
    ],
    [
      'with two states',
      (answer) => {
        answer.append('state', answer.get('state') ?? '');
      },
    ],
    [
      'with two codes',
      (answer) => {
        answer.append('code', 'another');
      },
    ],
    [
      'of another issuer (mix-up, RFC 9207)',
      (answer) => {
        answer.set('iss', 'https://evil.example.com');
      },
    ],
    [
      'without its issuer, which this provider always sends',
      (answer) => {
        answer.delete('iss');
      },
    ],
    [
      'without a state',
      (answer) => {
        answer.delete('state');
      },
    ],
    [
      'with a token in the place of a code',
      (answer) => {
        answer.set('response', 'eyJ');
      },
    ],
  ])('%s is refused, and its code is not redeemed', async (_attack, change) => {
    const console_ = await site.open();
    const requests = tokenRequests(console_);
    await changeAnswer(console_, change);
    await begun(console_);
    await console_.button(/\(alice\)/).click();
    await console_.alerts(MISFIT);
    await expectSignedOut(console_);
    expect(requests).toEqual([]);
    await console_.close();
  });

  test('that this tab has not asked for is refused', async () => {
    const console_ = await site.open();
    for (const answer of [
      'code=stolen&state=x',
      'error=access_denied&error_description=Call%20555&state=x',
    ]) {
      await console_.page.goto(`${site.stack.console}?${answer}`);
      await console_.alerts('This tab has not begun the sign-in.');
      await expectSignedOut(console_);
      expect(await console_.kept()).not.toMatch(/stolen|555/);
    }
    await console_.close();
  });

  test('is refused when it comes again (replay of a code)', async () => {
    const console_ = await site.open();
    console_.expectReports(/400/);
    let answered = '';
    console_.page.on('request', (request) => {
      if (request.url().includes('code=')) answered = request.url();
    });
    await console_.signIn('alice');
    await console_.page.goto(answered);
    await console_.alerts('This tab has not begun the sign-in.');
    await expectSignedOut(console_);
    // Also with the state of a sign-in of this tab, the provider takes no code twice.
    const code = new URL(answered).searchParams.get('code') ?? '';
    await changeAnswer(console_, (answer) => {
      answer.set('code', code);
    });
    await begun(console_);
    await console_.button(/\(alice\)/).click();
    await console_.alerts('The identity provider has refused the sign-in: The code or the refresh token');
    await expectSignedOut(console_);
    await console_.close();
  });

  test('with the code of another sign-in does not fit the verifier of this one (PKCE)', async () => {
    const [attacker, victim] = [await site.open(), await site.open()];
    victim.expectReports(/400/);
    let code = '';
    await changeAnswer(attacker, (answer) => {
      code = answer.get('code') ?? '';
      answer.delete('state');
    });
    await begun(attacker);
    await attacker.button(/\(alice\)/).click();
    await attacker.alerts(MISFIT);
    expect(code).not.toBe('');
    await changeAnswer(victim, (answer) => {
      answer.set('code', code);
    });
    await begun(victim);
    await victim.button(/\(alice\)/).click();
    await victim.alerts('The identity provider has refused the sign-in');
    await expectSignedOut(victim);
    await attacker.close();
    await victim.close();
  });

  test.each<readonly [attack: string, claims: object]>([
    ['of another sign-in (nonce)', { nonce: 'another' }],
    ['without a nonce', { nonce: undefined }],
    ['for another client', { aud: 'another' }],
    ['of another issuer', { iss: 'https://evil.example.com' }],
    ['that has expired', { exp: 1_700_000_000 }],
  ])('with an ID token %s is refused', async (_attack, claims) => {
    const console_ = await site.open();
    await console_.page.route(site.stack.tokenEndpoint, async (route) => {
      const answer = await route.fetch();
      const tokens = (await answer.json()) as { readonly id_token: string };
      const [header, , signature] = tokens.id_token.split('.');
      const payload = Buffer.from(JSON.stringify({ ...decodeJwt(tokens.id_token), ...claims }));
      const id_token = [header, payload.toString('base64url'), signature].join('.');
      await route.fulfill({ response: answer, json: { ...tokens, id_token } });
    });
    await begun(console_);
    await console_.button(/\(alice\)/).click();
    await console_.alerts(MISFIT);
    await expectSignedOut(console_);
    await console_.close();
  });
});
