import { beforeAll, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { systemClock } from '../../lib/runtime/clock.ts';
import { startStack, type Stack } from '../../tools/local/stack/stack.ts';
import { sendJson, type RawResponse } from '../support/http/raw-http.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/identity/token-issuer.ts';
import { resourcesOfFile } from '../support/runtime/resources.ts';

jest.setTimeout(300_000);

/** A document that alice of the stack's own issuer owns. */
const CONTRACT = 'contract-2026';

const resources = resourcesOfFile();
let stack: Stack;
let partner: TokenIssuer;
let stranger: TokenIssuer;
let logged = '';

beforeAll(async () => {
  partner = resources.adopt(await startTokenIssuer('partner-app', systemClock), (it) => it.close());
  stranger = resources.adopt(await startTokenIssuer('layermint', systemClock), (it) => it.close());
  await partner.addKey('ES256');
  const issuers = [
    {
      name: 'partner',
      issuer: partner.url,
      audience: 'partner-app',
      algorithms: ['ES256'],
      userIdPrefix: 'partner/',
      groupsClaim: 'groups',
      scopesClaim: [],
    },
    { name: 'down', issuer: 'http://127.0.0.1:1', audience: 'any', userIdPrefix: 'down/' },
  ];
  const write = (text: string): void => void (logged += text);
  stack = resources.adopt(await startStack({ port: 0, logLevel: 'info', write, issuers }), (it) =>
    it.close(),
  );
});

function send(token: string | undefined, method: string, path: string, body?: object): Promise<RawResponse> {
  return sendJson(stack.api, { token, method, path, body });
}

const mint = (token: string | undefined): Promise<RawResponse> =>
  send(token, 'POST', '/v1/tokens', { documentId: CONTRACT });

const Minted = z.object({ userId: z.string() });

const userIn = ({ body }: RawResponse): string => Minted.parse(JSON.parse(body)).userId;

const alice = (): string => stack.callers['alice']?.token ?? '';

const grant = (subject: string): Promise<RawResponse> =>
  send(alice(), 'PUT', `/v1/documents/${CONTRACT}/grants?${subject}`, { role: 'viewer' });

test('the users of both issuers mint, each under its own id, and one grant is for one of them', async () => {
  expect(userIn(await mint(alice()))).toBe('alice');
  const theirs = await partner.sign({ alg: 'ES256', claims: { sub: 'alice' } });
  expect(await mint(theirs)).toMatchObject({ status: 403 });

  expect((await grant('user=partner%2Falice')).status).toBeLessThan(300);
  expect(userIn(await mint(theirs))).toBe('partner/alice');
});

test('a group of one issuer does not open what was granted to the group of another', async () => {
  const member = await partner.sign({ alg: 'ES256', claims: { sub: 'eve', groups: ['admins', 'editors'] } });
  expect((await grant('group=admins')).status).toBeLessThan(300);
  expect(await mint(member)).toMatchObject({ status: 403 });
  expect((await grant('group=partner%2Fadmins')).status).toBeLessThan(300);
  expect(userIn(await mint(member))).toBe('partner/eve');
});

test('a token of one issuer that names another, or its audience, gets 401', async () => {
  for (const claims of [{ iss: stack.issuer, aud: 'layermint' }, { aud: 'layermint' }]) {
    const token = await partner.sign({ alg: 'ES256', claims });
    expect(await mint(token)).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
  }
  expect(await mint(await stranger.sign())).toMatchObject({ status: 401 });
  expect(await mint(await partner.sign({ alg: 'RS256' }))).toMatchObject({ status: 401 });
  expect(logged).toContain('"reason":"algorithm-not-allowed","issuer":"partner"');
});

test("a user of the issuer without a prefix cannot take another issuer's user id", async () => {
  const now = Math.floor(systemClock.now() / 1000);
  const claims = { iss: stack.issuer, aud: 'layermint', sub: 'partner/alice', iat: now, exp: now + 60 };
  const answer = await mint(await stack.signCallerToken(claims));
  expect(answer).toMatchObject({ status: 403 });
  expect(answer.body).toContain('urn:layermint:problem:caller-not-identified');
});

test('an issuer that gives no scopes cannot make a backend of its user', async () => {
  const token = await partner.sign({ alg: 'ES256', claims: { sub: 'eve', scope: 'layermint/grants' } });
  const answer = await send(token, 'DELETE', `/v1/documents/${CONTRACT}/grants?all`);
  expect(answer).toMatchObject({ status: 403 });
});

test('a token of an issuer that is down gets 500, and the others are served', async () => {
  const token = await stranger.sign({ claims: { iss: 'http://127.0.0.1:1', aud: 'any' } });
  expect(await mint(token)).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  expect(await mint(alice())).toMatchObject({ status: 201 });
  expect(logged).toContain('"issuer":"down"');
});

test('a request without a token gets 401, and the public routes need none', async () => {
  expect(await mint(undefined)).toMatchObject({ status: 401, body: '{"message":"Unauthorized"}' });
  expect(await send(undefined, 'GET', '/health')).toMatchObject({ status: 200 });
});

test('no token is in the log', async () => {
  const token = await partner.sign({ alg: 'ES256', claims: { sub: 'alice' } });
  await mint(token);
  for (const part of token.split('.')) expect(logged).not.toContain(part);
});
