import { beforeEach, expect, test } from '@jest/globals';
import { authorizeCallerHandler, tokenDigest, type AuthorizerHandler } from '../../../lib/issuers/index.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { IssuerInMemory } from '../../support/issuers/issuer-in-memory.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';

let clock: ManualClock;
let one: IssuerInMemory;
let other: IssuerInMemory;
let handler: AuthorizerHandler;
let logged: string;

beforeEach(async () => {
  clock = new ManualClock();
  logged = '';
  const write = (line: string): void => void (logged += line);
  one = await IssuerInMemory.create('one', clock);
  other = await IssuerInMemory.create('other', clock);
  handler = authorizeCallerHandler({
    issuers: [one.withKeys(write), other.withKeys(write)],
    clock,
    log: createLogger('debug', write),
  });
});

const ask = (...identitySource: readonly string[]) => handler({ identitySource });

test('the answer names the issuer and binds the token, and repeats no claim of it', async () => {
  const token = await other.sign({ claims: { name: 'Алиса', groups: ['a b', ['c']] } });
  expect(await ask(`Bearer ${token}`)).toEqual({
    isAuthorized: true,
    context: { issuer: 'other', tokenDigest: tokenDigest(token) },
  });
});

test('a refused token is an error with the message that API Gateway turns into a 401', async () => {
  await expect(ask(await one.sign({ claims: { exp: NOON - 60 } }))).rejects.toMatchObject({
    message: 'Unauthorized',
  });
});

test('the log has the reason of a refusal and its issuer, and nothing of the token', async () => {
  const token = await one.sign({
    claims: { exp: NOON - 60, sub: 'secret-user' },
    header: { kid: 'one-key' },
  });
  await expect(ask(`Bearer ${token}`)).rejects.toThrow('Unauthorized');
  expect(logged).toContain(
    '"operation":"authorizeCaller","outcome":"refused","reason":"expired","issuer":"one"',
  );
  expect(logged).toContain('"CallerTokenRefused":1');
  for (const part of [...token.split('.'), 'secret-user', 'one-key']) expect(logged).not.toContain(part);
});

test('an issuer that is down is no 401, and does not stop the tokens of another', async () => {
  one.answers.clear();
  await expect(ask(await one.sign())).rejects.toMatchObject({
    message: 'The keys of the issuer "one" could not be fetched',
  });
  expect(logged).toContain(
    '"reason":"https://one.example.com/.well-known/openid-configuration has the status 404"',
  );
  expect(logged).toContain('"IssuerUnavailable":1');
  expect(await ask(await other.sign())).toMatchObject({ isAuthorized: true });
});

test('an error of fetch is logged by its kind, without its message', async () => {
  const refused = Object.assign(new Error('connect for secret'), { code: 'ECONNREFUSED' });
  one.answers.set('/keys', () => new TypeError('fetch failed for secret', { cause: refused }));
  await expect(ask(await one.sign())).rejects.toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
  expect(logged).toContain(
    '"reason":"https://one.example.com/keys cannot be reached","cause":"ECONNREFUSED"',
  );
  expect(logged).not.toContain('secret');
});

test('an issuer that publishes private or symmetric keys, or none, is named in the log', async () => {
  one.publish({ ...one.publicKey, d: 'private-part' }, { kty: 'oct', kid: 'o', k: 'shared-secret' });
  await expect(ask(await one.sign())).rejects.toThrow('Unauthorized');
  expect(logged).toContain('"issuer":"one","kinds":["private","symmetric"]');
  expect(logged).toContain('an issuer publishes no key that can verify tokens');
  expect(logged).not.toMatch(/private-part|shared-secret/);
});

test('a request without exactly one value of the header is refused', async () => {
  const token = await one.sign();
  for (const sources of [[], [''], [token, token]]) {
    await expect(ask(...sources)).rejects.toThrow('Unauthorized');
  }
});
