import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../../../lib/runtime/log.ts';
import { FRESH, PATIENCE, PAUSE_AFTER_FAILURE, STALE } from '../../../lib/signing-keys/cache.ts';
import {
  LONGEST_CACHE_LIFE,
  NoSigningKeyError,
  SigningKeyCache,
  SigningKeyUnavailableError,
  UnusableSigningKeyError,
} from '../../../lib/signing-keys/index.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';

/** An answer of Secrets Manager that the test gives at a moment of its choice. */
type Answer = PromiseWithResolvers<string>;

/** A cache with fetches that the test answers by hand, or at once if `source` is set. */
function cacheOf(source?: () => Promise<string>) {
  const clock = new ManualClock();
  const lines: string[] = [];
  const asked: Answer[] = [];
  const state = { source };
  const fetch = (): Promise<string> => {
    const answer = Promise.withResolvers<string>();
    asked.push(answer);
    return state.source?.() ?? answer.promise;
  };
  const log = createLogger(
    'debug',
    (line) => lines.push(line),
    () => clock.now(),
  );
  return { cache: new SigningKeyCache(fetch, clock, log), clock, asked, state, lines };
}

const gives = (key: string) => (): Promise<string> => Promise.resolve(key);

/** An error of the SDK. Its message may quote a secret. */
const throttled = (): Error => Object.assign(new Error('quotes a secret'), { name: 'ThrottlingException' });

const fails =
  (error: Error = throttled()) =>
  (): Promise<string> =>
    Promise.reject(error);

/** Makes a cache with the key "first", fetched just now. */
async function holding() {
  const held = cacheOf(gives('first'));
  await held.cache.current();
  return held;
}

/** Lets all code run that waits only for settled promises. */
const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const messagesOf = (lines: readonly string[]): unknown[] => lines.map((line): unknown => JSON.parse(line));

describe('Fresh', () => {
  test('a key is fetched once and used for five minutes', async () => {
    const { cache, clock, asked, state } = await holding();
    state.source = gives('second');
    clock.advance(FRESH - 1);
    expect(await cache.current()).toBe('first');
    expect(asked).toHaveLength(1);
  });

  test('a changed secret is picked up after five minutes, without a restart', async () => {
    const { cache, clock, state, lines } = await holding();
    state.source = gives('second');
    clock.advance(FRESH);
    expect(await cache.current()).toBe('second');
    expect(lines).toEqual([]);
  });

  test('the five minutes begin when the request is sent, not when it is answered', async () => {
    const { cache, clock, asked } = cacheOf();
    const first = cache.current();
    clock.advance(2000);
    asked[0]?.resolve('first');
    expect(await first).toBe('first');
    clock.advance(FRESH - 2001);
    expect(await cache.current()).toBe('first');
    expect(asked).toHaveLength(1);
    clock.advance(1);
    const next = cache.current();
    expect(asked).toHaveLength(2);
    asked[1]?.resolve('second');
    expect(await next).toBe('second');
  });

  test('any number of requests that wait for the first key share one fetch', async () => {
    const { cache, asked } = cacheOf();
    const waiting = Array.from({ length: 50 }, () => cache.current());
    expect(asked).toHaveLength(1);
    asked[0]?.resolve('first');
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['first']));
    expect(asked).toHaveLength(1);
  });
});

describe('warm()', () => {
  test('begins the fetch that the first request then waits for', async () => {
    const { cache, asked } = cacheOf();
    cache.warm();
    cache.warm();
    const first = cache.current();
    expect(asked).toHaveLength(1);
    asked[0]?.resolve('first');
    expect(await first).toBe('first');
  });

  test('does not throw if the fetch fails: the first request fetches again', async () => {
    const { cache, asked, state } = cacheOf(fails());
    cache.warm();
    await settle();
    state.source = gives('first');
    expect(await cache.current()).toBe('first');
    expect(asked).toHaveLength(2);
  });
});

describe('Stale', () => {
  test('any number of requests share one refresh', async () => {
    const { cache, clock, asked, state } = await holding();
    state.source = undefined;
    clock.advance(FRESH);
    const waiting = Array.from({ length: 50 }, () => cache.current());
    expect(asked).toHaveLength(2);
    asked[1]?.resolve('second');
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['second']));
    expect(asked).toHaveLength(2);
  });

  test('after a failed refresh the held key is used, with an error, a warning and a metric', async () => {
    const { cache, clock, state, lines } = await holding();
    state.source = fails();
    clock.advance(FRESH);
    expect(await cache.current()).toBe('first');
    const timestamp = new Date(NOON * 1000 + FRESH).toISOString();
    expect(messagesOf(lines)).toEqual([
      expect.objectContaining({ timestamp, level: 'ERROR', error: 'ThrottlingException' }),
      expect.objectContaining({
        level: 'WARN',
        message: 'the signing key could not be refreshed; the held one is still used',
        heldSince: '2026-01-31T12:00:00.000Z',
        servesUntil: '2026-01-31T13:05:00.000Z',
        error: 'ThrottlingException',
      }),
      {
        _aws: {
          Timestamp: NOON * 1000 + FRESH,
          CloudWatchMetrics: [
            {
              Namespace: 'Layermint',
              Dimensions: [[]],
              Metrics: [{ Name: 'SigningKeyStale', Unit: 'Count' }],
            },
          ],
        },
        SigningKeyStale: 1,
      },
    ]);
    expect(lines.join('')).not.toContain('quotes a secret');
  });

  test.each([
    ['Secrets Manager fails', throttled()],
    ['the secret has become unusable', new UnusableSigningKeyError('not a key')],
    ['the secret has gone back to none', new NoSigningKeyError()],
  ])('the held key is used up to its last millisecond if %s', async (_, error) => {
    const { cache, clock, state } = await holding();
    state.source = fails(error);
    clock.advance(FRESH + STALE - 1);
    expect(await cache.current()).toBe('first');
  });

  test('after a failure the held key is used for ten seconds before the next attempt', async () => {
    const { cache, clock, asked, state } = await holding();
    state.source = fails();
    clock.advance(FRESH);
    await cache.current();
    expect(asked).toHaveLength(2);
    clock.advance(PAUSE_AFTER_FAILURE - 1);
    expect(await cache.current()).toBe('first');
    expect(asked).toHaveLength(2);
    clock.advance(1);
    expect(await cache.current()).toBe('first');
    expect(asked).toHaveLength(3);
  });

  test('the next successful attempt replaces the held key', async () => {
    const { cache, clock, asked, state, lines } = await holding();
    state.source = fails();
    clock.advance(FRESH);
    await cache.current();
    state.source = gives('second');
    clock.advance(PAUSE_AFTER_FAILURE);
    expect(await cache.current()).toBe('second');
    const logged = lines.length;
    clock.advance(FRESH - 1);
    expect(await cache.current()).toBe('second');
    expect(asked).toHaveLength(3);
    expect(lines).toHaveLength(logged);
  });

  test('a slow refresh is waited for one second, then the held key is used', async () => {
    const { cache, clock, state, lines } = await holding();
    state.source = undefined;
    clock.advance(FRESH);
    const served: string[] = [];
    const request = cache.current().then((key) => served.push(key));
    clock.advance(PATIENCE - 1);
    await settle();
    expect(served).toEqual([]);
    clock.advance(1);
    await request;
    expect(served).toEqual(['first']);
    expect(messagesOf(lines)).toEqual([
      expect.objectContaining({ level: 'WARN', error: 'SLOW' }),
      expect.objectContaining({ SigningKeyStale: 1 }),
    ]);
  });

  test('no request waits beyond the first one that waits', async () => {
    const { cache, clock, asked, state } = await holding();
    state.source = undefined;
    clock.advance(FRESH);
    const first = cache.current();
    clock.advance(600);
    const second = cache.current();
    clock.advance(400);
    expect(await Promise.all([first, second])).toEqual(['first', 'first']);
    clock.advance(5000);
    expect(await cache.current()).toBe('first');
    expect(asked).toHaveLength(2);
  });

  test('a slow refresh is used as soon as it arrives', async () => {
    const { cache, clock, asked, state } = await holding();
    state.source = undefined;
    clock.advance(FRESH);
    const impatient = cache.current();
    clock.advance(PATIENCE);
    await impatient;
    asked[1]?.resolve('second');
    await settle();
    expect(await cache.current()).toBe('second');
    expect(asked).toHaveLength(2);
  });
});

describe('Past the stale time', () => {
  test('a failing Secrets Manager means no key: the old one is not used', async () => {
    const { cache, clock, state } = await holding();
    state.source = fails();
    clock.advance(LONGEST_CACHE_LIFE);
    const error: unknown = await cache.current().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SigningKeyUnavailableError);
    expect(error).toMatchObject({
      code: 'SIGNING_KEY_UNAVAILABLE',
      message: 'Secrets Manager did not return the signing key',
    });
  });

  test.each([
    ['there is no key yet', new NoSigningKeyError()],
    ['the key cannot be used', new UnusableSigningKeyError('it is too short')],
  ])('the error says that %s', async (_, error) => {
    const { cache } = cacheOf(fails(error));
    await expect(cache.current()).rejects.toBe(error);
  });

  test('the request waits for a slow fetch, because there is no other key', async () => {
    const { cache, clock, asked, state } = await holding();
    state.source = undefined;
    clock.advance(LONGEST_CACHE_LIFE);
    const request = cache.current();
    clock.advance(PATIENCE * 3);
    asked[1]?.resolve('second');
    expect(await request).toBe('second');
  });

  test('every request tries again, without a pause, and the first that succeeds ends it', async () => {
    const { cache, clock, asked, state } = await holding();
    state.source = fails();
    clock.advance(LONGEST_CACHE_LIFE);
    await expect(cache.current()).rejects.toThrow(SigningKeyUnavailableError);
    await expect(cache.current()).rejects.toThrow(SigningKeyUnavailableError);
    expect(asked).toHaveLength(3);
    state.source = gives('second');
    expect(await cache.current()).toBe('second');
    expect(await cache.current()).toBe('second');
    expect(asked).toHaveLength(4);
  });

  test('requests that wait together share one failure', async () => {
    const { cache, asked } = cacheOf();
    const waiting = Array.from({ length: 20 }, () => cache.current());
    asked[0]?.reject(throttled());
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(asked).toHaveLength(1);
  });
});

describe('In a process that Lambda froze between sending the request and reading the answer', () => {
  test('an answer is used no longer than if it had been read at once', async () => {
    const { cache, clock, asked } = cacheOf();
    cache.warm();
    clock.advance(LONGEST_CACHE_LIFE - 1);
    const request = cache.current();
    asked[0]?.resolve('first');
    expect(await request).toBe('first');
    // Its age counts from the request: the next one refreshes it.
    const next = cache.current();
    expect(asked).toHaveLength(2);
    clock.advance(1);
    asked[1]?.resolve('second');
    expect(await next).toBe('second');
  });

  test('an answer that is older than any key may be is not used: the key is fetched again', async () => {
    const { cache, clock, asked } = cacheOf();
    cache.warm();
    clock.advance(LONGEST_CACHE_LIFE);
    const request = cache.current();
    asked[0]?.resolve('first');
    await settle();
    expect(asked).toHaveLength(2);
    asked[1]?.resolve('second');
    expect(await request).toBe('second');
  });

  test('a refresh from before the freeze does not make the next request wait', async () => {
    const { cache, clock, state } = await holding();
    state.source = undefined;
    clock.advance(FRESH);
    const impatient = cache.current();
    clock.advance(PATIENCE);
    await impatient;
    clock.advance(20 * 60_000);
    expect(await cache.current()).toBe('first');
  });
});
