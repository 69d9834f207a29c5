import { expect, test } from '@jest/globals';
import type { Token } from '../../../../clients/typescript/src/index.ts';
import {
  exampleToken,
  manualClock,
  type ScriptedAnswer,
} from '../../../../clients/typescript/src/testing.ts';
import { sourceByScript } from '../../../support/clients/source-by-script.ts';

const REQUEST = { documentId: 'contract' };
/** Longer than the life of an example token. */
const LONG = 7_200_000;

test('A listener that throws does not keep another one from its token', async () => {
  const { source, clock, events } = sourceByScript();
  const tokens: Token[] = [];
  source.watch(REQUEST, {
    onToken() {
      throw new Error('A fault of the app');
    },
  });
  source.watch(REQUEST, { onToken: (token) => tokens.push(token) });
  await clock.advance(0);
  expect(tokens).toHaveLength(1);
  expect(events).toContainEqual({ type: 'listener-failed', documentId: 'contract', layer: '' });
  await clock.advance(LONG);
  expect(tokens.length).toBeGreaterThan(1);
  source.close();
});

test('A hook for events that throws is ignored', async () => {
  const { source } = sourceByScript({
    onEvent() {
      throw new Error('A fault of the app');
    },
  });
  await expect(source.token(REQUEST)).resolves.toMatchObject({ jwt: 'jwt-1' });
});

test('A function user that throws counts as nobody: tokens of the former user are dropped', async () => {
  let fails = false;
  const { source, requests } = sourceByScript({
    user() {
      if (fails) throw new Error('No session');
      return 'alice';
    },
  });
  await source.token(REQUEST);
  fails = true;
  await source.token(REQUEST);
  expect(requests).toHaveLength(2);
});

test('A fetch that ignores its signal and never answers ends with the time of the request', async () => {
  const { source, clock, requests } = sourceByScript(
    { maxWaitMs: 5000, requestTimeoutMs: 2000 },
    () => 'hang',
  );
  const token = source.token(REQUEST).catch((error: unknown) => error);
  await clock.advance(5000);
  await expect(token).resolves.toMatchObject({ code: 'unreachable', final: false });
  expect(requests.map(({ signal }) => signal?.aborted)).toEqual([true, true]);
});

test('Attack: an answer that arrives after the sign-out is neither handed out nor held', async () => {
  let arrive = (_: ScriptedAnswer): void => undefined;
  const { source, clock, requests, events } = sourceByScript({}, ({ url }) =>
    url.endsWith('/tokens') ? new Promise((resolve) => (arrive = resolve)) : undefined,
  );
  const token = source.token(REQUEST).catch((error: unknown) => error);
  await clock.advance(0);
  await source.signOut();
  arrive({ status: 201, body: exampleToken(REQUEST) });
  await expect(token).resolves.toMatchObject({ code: 'signed-out' });
  await expect(source.token(REQUEST)).rejects.toMatchObject({ code: 'signed-out' });
  expect(requests).toHaveLength(2);
  expect(events.filter(({ type }) => type === 'minted')).toEqual([]);
});

test('Attack: the next user does not get the caller token that was asked for the former one', async () => {
  let user = 'alice';
  let give = (_: string): void => undefined;
  const { source, clock, requests } = sourceByScript({
    user: () => user,
    callerToken: () => (user === 'alice' ? new Promise((resolve) => (give = resolve)) : `token-of-${user}`),
  });
  const former = source.token(REQUEST).catch((error: unknown) => error);
  await clock.advance(0);
  user = 'bob';
  await source.token(REQUEST);
  give('token-of-alice');
  await clock.advance(0);
  expect(requests.map(({ bearer }) => bearer)).toEqual(['token-of-bob']);
  await expect(former).resolves.toMatchObject({ code: 'user-changed' });
});

test('Attack: a request that waits for a former user is not sent once another user has signed in', async () => {
  let user = 'alice';
  const { source, clock, requests } = sourceByScript(
    { user: () => user, callerToken: () => user },
    ({ bearer }) => (bearer === 'alice' ? { status: 503 } : undefined),
  );
  const watch = (): void => {
    // A listener that watches again at once, while the others are still told.
    source.watch(REQUEST, {
      onToken: () => undefined,
      onError({ final }) {
        if (final) watch();
      },
    });
  };
  watch();
  await clock.advance(0);
  user = 'bob';
  await clock.advance(1000);
  await clock.advance(60_000);
  expect(requests.map(({ bearer, body }) => [bearer, body])).toEqual([
    ['alice', REQUEST],
    ['bob', REQUEST],
  ]);
});

test('A call of callerToken for a former user does not end that of the next one', async () => {
  let user = 'alice';
  const gives: ((token: string) => void)[] = [];
  const { source, clock } = sourceByScript({
    user: () => user,
    callerToken: () => new Promise((resolve) => gives.push(resolve)),
  });
  source.token(REQUEST).catch(() => undefined);
  await clock.advance(0);
  user = 'bob';
  source.token(REQUEST).catch(() => undefined);
  await clock.advance(0);
  source.token({ documentId: 'map' }).catch(() => undefined);
  await clock.advance(0);
  expect(gives).toHaveLength(2);
  source.close();
});

test('A watch that is closed at once is not told about the held token', async () => {
  const { source, clock } = sourceByScript();
  await source.token(REQUEST);
  let told = 0;
  source.watch(REQUEST, { onToken: () => told++ }).close();
  await clock.advance(0);
  expect(told).toBe(0);
});

test('A token cannot be changed: it is shared', async () => {
  const { source } = sourceByScript();
  const token = await source.token(REQUEST);
  expect(Object.isFrozen(token)).toBe(true);
});

test('A request that is changed after the call stays as it was', async () => {
  const { source, clock, requests } = sourceByScript();
  const request = { documentId: 'contract', layer: 'review' };
  const token = source.token(request);
  request.documentId = 'other';
  await clock.advance(0);
  await expect(token).resolves.toMatchObject({ documentId: 'contract' });
  expect(requests[0]?.body).toEqual({ documentId: 'contract', layer: 'review' });
});

test('Held tokens are limited: those that were asked for longest ago are dropped, watched ones never', async () => {
  const { source, clock, requests } = sourceByScript({ maxHeldTokens: 3 });
  const watch = source.watch({ documentId: 'watched' }, { onToken: () => undefined });
  await clock.advance(0);
  for (const documentId of ['a', 'b', 'c', 'd']) await source.token({ documentId });
  expect(requests).toHaveLength(5);
  for (const documentId of ['watched', 'd', 'c']) await source.token({ documentId });
  expect(requests).toHaveLength(5);
  await source.token({ documentId: 'a' });
  expect(requests).toHaveLength(6);
  watch.close();
});

test('One listener can watch twice, and closing one watch leaves the other', async () => {
  const { source, clock } = sourceByScript();
  let count = 0;
  const listener = { onToken: (): number => ++count };
  const first = source.watch(REQUEST, listener);
  source.watch(REQUEST, listener);
  await clock.advance(0);
  expect(count).toBe(2);
  first.close();
  first.close();
  await clock.advance(3_000_000);
  expect(count).toBe(3);
  source.close();
});

test('A listener can close its watch, and the source, while it is called', async () => {
  const { source, clock, requests } = sourceByScript();
  const watch = source.watch(REQUEST, {
    onToken() {
      watch.close();
      source.close();
    },
  });
  await clock.advance(LONG);
  expect(requests).toHaveLength(1);
});

test('A listener can watch for the next user as soon as it hears of the change', async () => {
  let user = 'alice';
  const { source, clock, requests } = sourceByScript({ user: () => user }, ({ body }) => ({
    status: 201,
    body: exampleToken(body as typeof REQUEST, { now: clock.now(), userId: user }),
  }));
  const users: string[] = [];
  const watch = (): void => {
    source.watch(REQUEST, {
      onToken: ({ userId }) => users.push(userId),
      onError: ({ code }) => {
        if (code === 'user-changed') watch();
      },
    });
  };
  watch();
  await clock.advance(0);
  user = 'bob';
  await clock.advance(3_000_000);
  expect(users).toEqual(['alice', 'bob']);
  expect(requests).toHaveLength(2);
  source.close();
});

test('A watch after close gets the error as a call does', async () => {
  const { source, clock } = sourceByScript();
  source.close();
  const codes: string[] = [];
  source.watch(REQUEST, { onToken: () => undefined, onError: ({ code }) => codes.push(code) });
  expect(codes).toEqual([]);
  await clock.advance(0);
  expect(codes).toEqual(['closed']);
});

test('A signal that is aborted before the call sends nothing', async () => {
  const { source, clock, requests } = sourceByScript();
  const signal = AbortSignal.abort('left');
  await expect(source.token(REQUEST, { signal })).rejects.toMatchObject({ code: 'aborted', cause: 'left' });
  await expect(source.renew(REQUEST, { signal })).rejects.toMatchObject({ code: 'aborted' });
  await expect(source.batch([REQUEST], { signal })).rejects.toMatchObject({ code: 'aborted' });
  source.watch(REQUEST, { onToken: () => undefined }, { signal });
  await clock.advance(LONG);
  expect(requests).toEqual([]);
});

test('A token that lives for a second is not asked for without a pause', async () => {
  const { source, clock, requests } = sourceByScript({}, ({ body }) => ({
    status: 201,
    body: exampleToken(body as typeof REQUEST, {
      now: clock.now(),
      lifeMs: 1000,
      jwt: String(Math.random()),
    }),
  }));
  source.watch(REQUEST, { onToken: () => undefined });
  await clock.advance(10_000);
  expect(requests.length).toBeLessThanOrEqual(11);
  source.close();
});

test('A refused token is renewed for its watch also if the call that reported it has left', async () => {
  let fails = false;
  const { source, clock } = sourceByScript({}, () => (fails ? { status: 503 } : undefined));
  const tokens: string[] = [];
  source.watch(REQUEST, { onToken: ({ jwt }) => tokens.push(jwt) });
  await clock.advance(0);
  fails = true;
  const renewed: Promise<unknown> = source
    .renew(REQUEST, { refused: 'jwt-1' })
    .catch((error: unknown) => error);
  await clock.advance(25_000);
  await expect(renewed).resolves.toMatchObject({ code: 'unavailable' });
  fails = false;
  await clock.advance(120_000);
  expect(tokens).toEqual(['jwt-1', 'jwt-2']);
  source.close();
});

test.each([
  ['a held token and a watch', (): undefined => undefined],
  ['a closed gate', (): ScriptedAnswer => ({ status: 503, headers: { 'retry-after': '60' } })],
  ['a request without an answer', (): ScriptedAnswer => 'hang'],
] as const)('close leaves no timer and no listener of a signal, with %s', async (_, answer) => {
  const clock = manualClock();
  let timers = 0;
  const counting = {
    ...clock,
    setTimeout(run: () => void, ms: number) {
      timers++;
      let isOpen = true;
      const end = (): void => {
        if (isOpen) timers--;
        isOpen = false;
      };
      const cancel = clock.setTimeout(() => {
        end();
        run();
      }, ms);
      return () => {
        end();
        cancel();
      };
    },
  };
  const { source } = sourceByScript({ clock: counting }, answer);
  const { signal } = new AbortController();
  source.watch(REQUEST, { onToken: () => undefined }, { signal });
  source.token({ documentId: 'map' }, { signal }).catch(() => undefined);
  await clock.advance(1000);
  source.close();
  await clock.advance(0);
  expect(timers).toBe(0);
});

test.each([
  'http://api.example.com',
  'http://10.attacker.example',
  'http://localhost.attacker.example',
  'http://localhost@attacker.example',
  'https://user:password@api.example.com',
  'https://api.example.com?query',
  'ftp://api.example.com',
  '/api',
  '',
])('Attack: the caller token is not sent to "%s"', (api) => {
  expect(() => sourceByScript({ api })).toThrow(
    'The option api must be an https URL. http is for localhost and private addresses alone.',
  );
});

test.each([
  ['https://api.example.com', 'https://api.example.com/v1/tokens'],
  ['https://api.example.com/base//', 'https://api.example.com/base/v1/tokens'],
  ['http://localhost:4747/', 'http://localhost:4747/v1/tokens'],
  ['http://127.0.0.1:4747', 'http://127.0.0.1:4747/v1/tokens'],
  ['http://10.0.2.2:4747', 'http://10.0.2.2:4747/v1/tokens'],
  ['http://192.168.1.20', 'http://192.168.1.20/v1/tokens'],
  ['http://[::1]:4747', 'http://[::1]:4747/v1/tokens'],
  ['http://laptop.local:4747', 'http://laptop.local:4747/v1/tokens'],
])('The API at %s is asked at %s', async (api, url) => {
  const { source, requests } = sourceByScript({ api });
  await source.token(REQUEST);
  expect(requests.map((request) => request.url)).toEqual([url]);
});
