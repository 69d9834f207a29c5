import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { startIssuer, type Issuer } from '../../../../../../../tools/local/stand-ins/issuer/index.ts';
import { ManualClock } from '../../../../../../support/runtime/clock.ts';

const PAGE = 'http://127.0.0.1:4747/console';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const USERS = [{ userId: 'alice', groups: [], name: 'Alice Archer' }];
const BACKEND = { userId: 'backend', groups: [], scopes: ['layermint/grants'] };

const clock = new ManualClock(Date.parse('2026-11-24T10:20:30Z'));
let issuer: Issuer;

beforeAll(async () => {
  const client = { clientId: 'console', isRedirectUri: (uri: string) => uri === PAGE };
  issuer = await startIssuer([...USERS, BACKEND], 'layermint', clock, 'a secret', { port: 0 }, client);
});
afterAll(async () => {
  await issuer.close();
});

const REQUEST = {
  response_type: 'code',
  client_id: 'console',
  redirect_uri: PAGE,
  scope: 'openid offline_access',
  state: 'a-state',
  nonce: 'a-nonce',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
};

type Parameters = Readonly<Record<string, string>>;

/** Presses the button of a user. */
async function press(user: string, changes: Parameters = {}): Promise<Response> {
  const body = new URLSearchParams({ ...REQUEST, ...changes, user });
  return fetch(`${issuer.url}/authorize`, { method: 'POST', body, redirect: 'manual' });
}

/** Reads the parameters with which the browser is sent back. */
function sentBack(answer: Response): URLSearchParams {
  const location = new URL(answer.headers.get('location') ?? '');
  expect(location.origin + location.pathname).toBe(PAGE);
  return location.searchParams;
}

const codeOf = async (changes: Parameters = {}): Promise<string> =>
  sentBack(await press('alice', changes)).get('code') ?? '';

async function redeem(code: string, changes: Parameters = {}): Promise<[number, Record<string, string>]> {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: 'console',
    redirect_uri: PAGE,
    code_verifier: VERIFIER,
    code,
    ...changes,
  });
  const answer = await fetch(issuer.tokenEndpoint, { method: 'POST', body });
  return [answer.status, (await answer.json()) as Record<string, string>];
}

describe('A sign-in', () => {
  test('offers the users by their names, and no backend', async () => {
    const page = await (
      await fetch(`${issuer.url}/authorize?${new URLSearchParams(REQUEST).toString()}`)
    ).text();
    expect(page).toContain('Alice Archer (alice)');
    expect(page).not.toContain('backend');
  });

  test('gives a token for the API, and an ID token for the client with its nonce', async () => {
    const [status, tokens] = await redeem(await codeOf());
    expect(status).toBe(200);
    expect(decodeJwt(tokens['access_token'] ?? '')).toMatchObject({
      iss: issuer.url,
      sub: 'alice',
      aud: 'layermint',
    });
    expect(decodeJwt(tokens['id_token'] ?? '')).toMatchObject({
      iss: issuer.url,
      sub: 'alice',
      aud: 'console',
      nonce: 'a-nonce',
      name: 'Alice Archer',
    });
  });

  test('sends the browser back with the state and the issuer', async () => {
    const parameters = sentBack(await press('alice'));
    expect([parameters.get('state'), parameters.get('iss')]).toEqual(['a-state', issuer.url]);
  });

  test('needs no page for a browser that signed in before, and never shows one if the client forbids it', async () => {
    const silent = `${issuer.url}/authorize?${new URLSearchParams({ ...REQUEST, prompt: 'none' }).toString()}`;
    const unknown = await fetch(silent, { redirect: 'manual' });
    expect(sentBack(unknown).get('error')).toBe('login_required');
    const [cookie = ''] = (await press('alice')).headers.get('set-cookie')?.split(';') ?? [];
    const known = await fetch(silent, { redirect: 'manual', headers: { cookie } });
    expect((await redeem(sentBack(known).get('code') ?? ''))[0]).toBe(200);
  });

  test('renews the tokens with a refresh token, which works once', async () => {
    const [, { refresh_token = '' }] = await redeem(await codeOf());
    const refresh = () => redeem('', { grant_type: 'refresh_token', refresh_token });
    const [status, renewed] = await refresh();
    expect([status, decodeJwt(renewed['access_token'] ?? '').sub]).toEqual([200, 'alice']);
    expect((await refresh())[0]).toBe(400);
  });

  test('leaves the other grants to the issuer', async () => {
    const body = new URLSearchParams({ grant_type: 'password', username: 'alice', password: 'any' });
    expect((await fetch(issuer.tokenEndpoint, { method: 'POST', body })).status).toBe(200);
  });
});

describe('A stolen code is refused', () => {
  test.each<[string, Parameters]>([
    ['with another verifier', { code_verifier: 'w'.repeat(43) }],
    ['without a verifier', { code_verifier: '' }],
    ['for another client', { client_id: 'another' }],
    ['for another redirect URI', { redirect_uri: 'http://127.0.0.1:4747/other' }],
  ])('%s, and used up by the attempt', async (_how, changes) => {
    const code = await codeOf();
    expect((await redeem(code, changes))[0]).toBe(400);
    expect((await redeem(code))[0]).toBe(400);
  });

  test('the second time', async () => {
    const code = await codeOf();
    expect((await redeem(code))[0]).toBe(200);
    expect((await redeem(code))[0]).toBe(400);
  });

  test('after a minute', async () => {
    const code = await codeOf();
    clock.advance(60_000);
    expect((await redeem(code))[0]).toBe(400);
  });
});

describe('An attacker’s request for a sign-in', () => {
  test.each<[string, Parameters]>([
    ['to a foreign address', { redirect_uri: 'https://attacker.example.com/' }],
    ['to another page of the same origin', { redirect_uri: `${PAGE}/../other` }],
    ['to a longer address', { redirect_uri: `${PAGE}?next=https://attacker.example.com` }],
    ['of an unknown client', { client_id: 'attacker' }],
  ])('%s is refused on the page, and the browser is sent nowhere', async (_how, changes) => {
    for (const answer of [
      await fetch(`${issuer.url}/authorize?${new URLSearchParams({ ...REQUEST, ...changes }).toString()}`, {
        redirect: 'manual',
      }),
      await press('alice', changes),
    ]) {
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    }
  });

  test.each<[string, Parameters]>([
    ['without a challenge', { code_challenge: '' }],
    ['with a plain challenge', { code_challenge_method: 'plain', code_challenge: VERIFIER }],
    ['for a token in the address', { response_type: 'token' }],
  ])('%s gets no code', async (_how, changes) => {
    const parameters = sentBack(await press('alice', changes));
    expect([parameters.has('code'), parameters.has('error')]).toEqual([false, true]);
  });

  test('as a backend gets no code', async () => {
    expect(sentBack(await press('backend')).get('error')).toBe('access_denied');
  });

  test('with markup in a parameter leaves it text, on a page that runs no script and cannot be framed', async () => {
    const state = '"><script>alert(1)</script>';
    const answer = await fetch(
      `${issuer.url}/authorize?${new URLSearchParams({ ...REQUEST, state }).toString()}`,
    );
    expect(await answer.text()).not.toContain('<script');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('from the page of another site is refused unread', async () => {
    const answer = await fetch(`${issuer.url}/authorize`, {
      method: 'POST',
      headers: { origin: 'https://attacker.example.com' },
      body: new URLSearchParams({ ...REQUEST, user: 'alice' }),
      redirect: 'manual',
    });
    expect(answer.status).toBe(403);
  });
});
