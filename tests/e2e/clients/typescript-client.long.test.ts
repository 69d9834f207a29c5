import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import {
  createTokenSource,
  type LayermintError,
  type SourceEvent,
  type Token,
  type TokenSource,
} from '../../../clients/typescript/src/index.ts';
import { FakeClock } from '../../support/clients/fake-clock.ts';
import { START } from '../../support/clients/fake-server.ts';
import { StackByHand } from '../../support/clients/stack-by-hand.ts';
import { openDocument } from '../../support/document-engine/document-engine-client.ts';
import { resourcesOfFile } from '../../support/runtime/resources.ts';

// A start takes seconds, and more on a busy machine.
jest.setTimeout(60_000);

const DOCUMENT = 'contract-2026';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const CALLER_LIFE = 3600;

// The device's clock is 20 minutes ahead in all tests.
const clock = new FakeClock(START, 20 * MINUTE);
const resources = resourcesOfFile();
let local: StackByHand;
let source: TokenSource;
let callerToken: string;
let callerTokens: number;
let events: SourceEvent[];

beforeAll(async () => {
  local = resources.adopt(await StackByHand.start(clock), (it) => it.close());
});

beforeEach(async () => {
  callerTokens = 0;
  events = [];
  callerToken = await signIn();
  source = createTokenSource({
    api: local.stack.api,
    callerToken: async ({ renew }) => {
      if (renew) callerToken = await local.track(signIn());
      return callerToken;
    },
    fetch: local.fetch,
    clock,
    random: () => 0.5,
    onEvent: (event) => events.push(event),
  });
  local.sent.length = 0;
});

let recover: (() => void)[] = [];
afterEach(() => {
  source.close();
  local.cutOff = false;
  for (const end of recover) end();
  recover = [];
});

/** Signs a caller token of alice that lives for an hour. */
async function signIn(userId = 'alice'): Promise<string> {
  callerTokens += 1;
  const now = Math.floor(clock.server / 1000);
  return local.stack.signCallerToken({
    iss: local.stack.issuer,
    aud: 'layermint',
    sub: userId,
    iat: now,
    exp: now + CALLER_LIFE,
  });
}

const opens = async ({ jwt, documentId }: Token): Promise<boolean> =>
  (await openDocument(local.stack.documentEngine, jwt, documentId)) === 200;

/** Resolves a call of the client, whose requests go over real sockets. */
async function finished<T>(call: Promise<T>): Promise<T> {
  const ended = Promise.allSettled([call]);
  await local.quiet();
  await ended;
  return call;
}

/** Watches the document. @returns the tokens and errors, as they come */
function watched(): { readonly tokens: Token[]; readonly errors: LayermintError[] } {
  const seen = { tokens: [] as Token[], errors: [] as LayermintError[] };
  source.watch(
    { documentId: DOCUMENT },
    { onToken: (token) => seen.tokens.push(token), onError: (error) => seen.errors.push(error) },
  );
  return seen;
}

const last = (tokens: readonly Token[]): Token => {
  const token = tokens.at(-1);
  if (token === undefined) throw new Error('there is no token');
  return token;
};

test('A watch keeps a document open through a working day, with one request for each token and each caller token', async () => {
  const { tokens, errors } = watched();
  await local.quiet();
  for (let minute = 0; minute < 8 * 60; minute += 5) {
    expect(await opens(last(tokens))).toBe(true);
    await clock.advance(5 * MINUTE);
  }
  expect(errors).toEqual([]);
  // A token is renewed after 70 to 85 % of its hour.
  expect(tokens.length).toBeGreaterThanOrEqual(1 + Math.floor((8 * 60) / 51));
  expect(tokens.length).toBeLessThanOrEqual(1 + Math.floor((8 * 60) / 42));
  // A refused caller token costs one request more, at most once in each hour.
  expect(local.sent.length).toBe(tokens.length + callerTokens - 1);
  expect(callerTokens).toBeLessThanOrEqual(9);
});

test('After a night asleep, with caller token and token expired, three widgets get one token', async () => {
  const { tokens } = watched();
  await local.quiet();
  clock.sleep(9 * HOUR);
  expect(await opens(last(tokens))).toBe(false);
  local.sent.length = 0;
  callerTokens = 0;
  const got = await finished(Promise.all([1, 2, 3].map(() => source.token({ documentId: DOCUMENT }))));
  expect(new Set(got.map(({ jwt }) => jwt)).size).toBe(1);
  expect(await opens(last(got))).toBe(true);
  expect([callerTokens, local.sent.length]).toEqual([1, 2]);
});

test('While Secrets Manager is down, the held token opens the document, and the watch renews it afterwards', async () => {
  const { tokens, errors } = watched();
  await local.quiet();
  local.restart();
  const end = local.stack.inject.secretsManager('GetSecretValue', 'server-error');
  recover.push(end);
  await clock.advance(52 * MINUTE);
  expect(tokens).toHaveLength(1);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.map(({ code, status, final }) => [code, status, final])).toEqual(
    errors.map(() => ['unavailable', 503, false]),
  );
  expect(errors.every(({ retryAfterMs = 0 }) => retryAfterMs >= 10 * SECOND)).toBe(true);
  expect(await finished(source.token({ documentId: DOCUMENT }))).toBe(tokens[0]);
  expect(await opens(last(tokens))).toBe(true);
  end();
  await clock.advance(5 * MINUTE);
  expect(tokens).toHaveLength(2);
  expect(await opens(last(tokens))).toBe(true);
});

test('While the API cannot be reached, a call ends with unreachable once the token has expired, and the watch recovers', async () => {
  const { tokens, errors } = watched();
  await local.quiet();
  local.cutOff = true;
  await clock.advance(61 * MINUTE);
  expect(errors.every(({ code, final }) => code === 'unreachable' && !final)).toBe(true);
  const call = source.token({ documentId: DOCUMENT });
  const outcome = expect(call).rejects.toMatchObject({ code: 'unreachable' });
  await clock.advance(25 * SECOND);
  await outcome;
  local.cutOff = false;
  await clock.advance(2 * MINUTE);
  expect(tokens).toHaveLength(2);
  expect(await opens(last(tokens))).toBe(true);
});

test('After a revocation, renew gives a token of a new family, which Document Engine accepts', async () => {
  const first = await finished(source.token({ documentId: DOCUMENT }));
  const { token: backend = '' } = local.stack.callers['backend'] ?? {};
  const now = Math.floor(clock.server / 1000);
  const bearer = await local.stack.signCallerToken({
    ...decodeJwt(backend),
    iat: now,
    nbf: now,
    auth_time: now,
    exp: now + CALLER_LIFE,
  });
  const answer = await fetch(`${local.stack.api}/v1/revocations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ userId: 'alice' }),
  });
  expect(await answer.json()).toMatchObject({ state: 'confirmed' });
  expect(await opens(first)).toBe(false);
  expect(await finished(source.token({ documentId: DOCUMENT }))).toBe(first);

  // Two viewers report the failure, one of them late.
  const { jwt: refused } = first;
  const second = await finished(source.renew({ documentId: DOCUMENT }, { refused }));
  expect(await opens(second)).toBe(true);
  expect(decodeJwt(second.jwt).jti).not.toBe(decodeJwt(first.jwt).jti);
  local.sent.length = 0;
  expect(await finished(source.renew({ documentId: DOCUMENT }, { refused }))).toBe(second);
  expect(local.sent).toEqual([]);
});

test('A rotation changes the key between two tokens, and Document Engine accepts both', async () => {
  const { tokens, errors } = watched();
  await local.quiet();
  const first = last(tokens);
  await local.rotate();
  local.restart();
  await clock.advance(51 * MINUTE);
  const second = last(tokens);
  expect(decodeProtectedHeader(second.jwt).kid).not.toBe(decodeProtectedHeader(first.jwt).kid);
  expect([await opens(first), await opens(second)]).toEqual([true, true]);
  expect([tokens.length, errors.length]).toEqual([2, 0]);
});

test('Signing out ends the tokens at Document Engine, also while it is down for a moment', async () => {
  const token = await finished(source.token({ documentId: DOCUMENT }));
  const end = local.stack.inject.documentEngine('revoke', 'server-error');
  recover.push(end);
  const { revocation } = await finished(source.signOut());
  expect(revocation).toMatchObject({ state: 'pending', userId: 'alice' });
  await expect(source.token({ documentId: DOCUMENT })).rejects.toMatchObject({ code: 'signed-out' });
  expect(await opens(token)).toBe(true);
  end();
  expect(await finished(source.signOut())).toMatchObject({ revocation: { state: 'confirmed' } });
  expect(await opens(token)).toBe(false);
});

test('A grant that was taken away ends the watch with the reason', async () => {
  const errors: LayermintError[] = [];
  source.watch({ documentId: 'floor-plan' }, { onToken: () => undefined, onError: (it) => errors.push(it) });
  await local.quiet();
  expect(errors).toMatchObject([
    { code: 'no-access', status: 403, final: true, problem: { type: 'urn:layermint:problem:not-granted' } },
  ]);
  expect(errors[0]?.problem?.requestId).toMatch(/./);
  expect(events.filter(({ type }) => type === 'failed')).toMatchObject([{ code: 'no-access', status: 403 }]);
  await clock.advance(HOUR);
  expect(local.sent).toHaveLength(1);
});
