import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IssuerKeys } from '../../../lib/issuers/index.ts';
import { MAX_ANSWER_BYTES } from '../../../lib/issuers/fetch-json.ts';
import { IssuerInMemory } from '../../support/issuers/issuer-in-memory.ts';
import { ManualClock } from '../../support/runtime/clock.ts';

const MINUTE = 60_000;
const KEYS = 'https://one.example.com/keys';

let clock: ManualClock;
let issuer: IssuerInMemory;
let keys: IssuerKeys;
let logged: string;

beforeEach(async () => {
  clock = new ManualClock();
  issuer = await IssuerInMemory.create('one', clock);
  logged = '';
  ({ keys } = issuer.withKeys((line) => (logged += line)));
});

const find = (kid = 'one-key') => keys.keyFor(kid, 'ES256');

/** The code of the error, or `found`. */
const outcomeOf = (kid?: string): Promise<unknown> =>
  find(kid).then(
    () => 'found',
    (error: unknown) => (error as { readonly code?: unknown }).code,
  );

const fetchesOfKeys = (): number => issuer.requests.filter((url) => url === KEYS).length;

/** Makes the issuer's answer wait until it is released. */
function holdKeys(): { release: () => void } {
  const gate = Promise.withResolvers<unknown>();
  issuer.answers.set('/keys', () => gate.promise);
  return {
    release: () => {
      gate.resolve({ keys: [issuer.publicKey] });
    },
  };
}

function failKeys(): void {
  issuer.answers.set('/keys', () => new Response('', { status: 503 }));
}

describe('the keys of an issuer', () => {
  test('are fetched once for 10 minutes, from the address in its discovery document', async () => {
    for (let minute = 0; minute < 10; minute += 1) {
      await find();
      clock.advance(MINUTE - 1);
    }
    expect(issuer.requests).toEqual(['https://one.example.com/.well-known/openid-configuration', KEYS]);
    clock.advance(10);
    await find();
    expect(fetchesOfKeys()).toBe(2);
  });

  test('are fetched from the address of the stage, if it has one', async () => {
    const own = await IssuerInMemory.create('own', clock, { jwksUri: 'https://own.example.com/keys' });
    await own.withKeys().keys.keyFor('own-key', 'ES256');
    expect(own.requests).toEqual(['https://own.example.com/keys']);
  });

  test('are found by discovery below an issuer with a path, with or without a slash at its end', async () => {
    for (const url of ['https://path.example.com/realms/a', 'https://path.example.com/realms/a/']) {
      const path = await IssuerInMemory.create('path', clock, { issuer: url });
      await path
        .withKeys()
        .keys.keyFor('path-key', 'ES256')
        .catch(() => undefined);
      expect(path.requests[0]).toBe('https://path.example.com/realms/a/.well-known/openid-configuration');
    }
  });

  test('are fetched once for all requests that wait for them', async () => {
    const { release } = holdKeys();
    const all = Promise.all(Array.from({ length: 50 }, () => find()));
    await setImmediate();
    release();
    await all;
    expect(fetchesOfKeys()).toBe(1);
  });

  test('are already on their way if the process was warmed', async () => {
    keys.warm();
    keys.warm();
    await find();
    expect(fetchesOfKeys()).toBe(1);
  });
});

describe('a key set that changes between two requests', () => {
  test('a key that the issuer has removed is not accepted after 10 minutes', async () => {
    await find();
    issuer.publish({ ...issuer.publicKey, kid: 'next' });
    clock.advance(10 * MINUTE - 1);
    expect(await outcomeOf()).toBe('found');
    clock.advance(1);
    expect(await outcomeOf()).toBe('TOKEN_REFUSED');
    expect(await outcomeOf('next')).toBe('found');
  });

  test('a key that the issuer has added is found by one refetch', async () => {
    await find();
    issuer.publish(issuer.publicKey, { ...issuer.publicKey, kid: 'next' });
    clock.advance(30_000);
    expect(await outcomeOf('next')).toBe('found');
    expect(fetchesOfKeys()).toBe(2);
  });

  test('a flood of 100 unknown kids costs one fetch in 30 seconds, side by side or in turn', async () => {
    await find();
    clock.advance(30_000);
    await Promise.all(Array.from({ length: 50 }, (_, at) => outcomeOf(`side-by-side-${at}`)));
    for (let at = 0; at < 50; at += 1) expect(await outcomeOf(`in-turn-${at}`)).toBe('TOKEN_REFUSED');
    expect(fetchesOfKeys()).toBe(2);
    clock.advance(29_999);
    await outcomeOf('later');
    expect(fetchesOfKeys()).toBe(2);
    clock.advance(1);
    await outcomeOf('later');
    expect(fetchesOfKeys()).toBe(3);
    expect(await outcomeOf()).toBe('found');
  });
});

describe('an issuer that is down', () => {
  test('does not stop tokens with a key that is held, for an hour and 10 minutes', async () => {
    await find();
    failKeys();
    clock.advance(70 * MINUTE - 1);
    expect(await outcomeOf()).toBe('found');
    expect(logged).toContain(
      '"message":"the keys of an issuer could not be refreshed; the held ones are still used"',
    );
    expect(logged).toContain('"IssuerKeysStale":1');
    clock.advance(1);
    expect(await outcomeOf()).toBe('ISSUER_UNAVAILABLE');
  });

  test('is asked again after 5 seconds, and not by every request', async () => {
    failKeys();
    for (let at = 0; at < 20; at += 1) expect(await outcomeOf()).toBe('ISSUER_UNAVAILABLE');
    expect(fetchesOfKeys()).toBe(1);
    clock.advance(5_000);
    issuer.publish(issuer.publicKey);
    expect(await outcomeOf()).toBe('found');
  });

  test('is told apart from a token with an unknown key', async () => {
    await find();
    failKeys();
    clock.advance(30_000);
    expect(await outcomeOf('next')).toBe('ISSUER_UNAVAILABLE');
    expect(await outcomeOf()).toBe('found');
  });

  test('makes requests with a held key wait for one second at most', async () => {
    await find();
    const { release } = holdKeys();
    clock.advance(10 * MINUTE);
    const waiting = find();
    await setImmediate();
    clock.advance(1_000);
    await waiting;
    expect(fetchesOfKeys()).toBe(2);
    release();
  });

  test('gets 2 seconds for an answer', async () => {
    let aborted: unknown;
    issuer.answers.set('/keys', () => new Promise(() => undefined));
    const fetch = issuer.fetch;
    const slow = { ...issuer.trusted };
    const { IssuerKeys: Keys } = await import('../../../lib/issuers/index.ts');
    const { createLogger } = await import('../../../lib/runtime/log.ts');
    const cache = new Keys(
      slow,
      clock,
      createLogger('error', (line) => (logged += line)),
      (url, { signal }) =>
        Promise.race([
          fetch(url),
          new Promise<never>((_, reject) => {
            signal?.addEventListener('abort', () => {
              aborted = signal.reason;
              reject(signal.reason as Error);
            });
          }),
        ]),
    );
    const waiting = cache.keyFor('one-key', 'ES256').catch((error: unknown) => error);
    await setImmediate();
    clock.advance(1_999);
    expect(aborted).toBeUndefined();
    clock.advance(1);
    expect(await waiting).toMatchObject({ code: 'ISSUER_UNAVAILABLE' });
    expect(logged).toContain('https://one.example.com/keys took longer than 2000 milliseconds');
  });

  test('costs no request a wait after Lambda has frozen the process in the middle of a refresh', async () => {
    const gate = Promise.withResolvers<unknown>();
    issuer.answers.set('/keys', () => gate.promise);
    keys.warm();
    await setImmediate();
    clock.advance(60 * MINUTE);
    const waiting = outcomeOf();
    issuer.publish(issuer.publicKey);
    gate.reject(new TypeError('fetch failed'));
    expect(await waiting).toBe('found');
  });
});

describe('an answer of an issuer is refused', () => {
  const reason = async (): Promise<string> => {
    expect(await outcomeOf()).toBe('ISSUER_UNAVAILABLE');
    return /"reason":"([^"]*)/.exec(logged)?.[1] ?? '';
  };
  const discovery = (document: unknown): void => {
    issuer.answers.set('/.well-known/openid-configuration', () => document);
  };

  test('if it redirects, also to https', async () => {
    issuer.answers.set('/keys', () => Response.redirect('https://one.example.com/other-keys', 302));
    issuer.answers.set('/other-keys', () => ({ keys: [issuer.publicKey] }));
    expect(await reason()).toBe(`${KEYS} has the status 302`);
  });

  test('if it is longer than API Gateway allows, whatever its header says', async () => {
    const padding = ' '.repeat(MAX_ANSWER_BYTES);
    const headers = { 'content-length': '10' };
    issuer.answers.set('/keys', () => new Response(`{"keys":[]}${padding}`, { headers }));
    expect(await reason()).toBe(`${KEYS} is longer than 150000 bytes`);
  });

  test.each([
    ['garbage', '<html>', `${KEYS} is not JSON`],
    ['cut off', '{"keys":[', `${KEYS} is not JSON`],
    ['no key set', '{"error":"x"}', 'its keys are not a key set'],
    ['a list', '[]', 'its keys are not a key set'],
    ['null', 'null', 'its keys are not a key set'],
  ])('if its keys are %s', async (_what, text, expected) => {
    issuer.answers.set('/keys', () => new Response(text));
    expect(await reason()).toBe(expected);
    expect(logged).not.toContain(text.length > 4 ? text : '<html>');
  });

  test('if its discovery document names another issuer, or none', async () => {
    for (const named of ['https://other.example.com', 'https://one.example.com/', undefined]) {
      discovery({ issuer: named, jwks_uri: KEYS });
      expect(await reason()).toBe('its discovery document names another issuer');
      clock.advance(5_000);
    }
    expect(fetchesOfKeys()).toBe(0);
  });

  test.each([
    'http://one.example.com/keys',
    'file:///etc/passwd',
    'data:application/json,{}',
    'keys',
    7,
    undefined,
  ])('if the address of its keys is %s', async (jwks_uri) => {
    discovery({ issuer: issuer.trusted.issuer, jwks_uri });
    expect(await reason()).toBe('its discovery document has no https address of its keys');
  });
});
