import { afterEach, describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import {
  startDocumentEngine,
  type LocalDocumentEngine,
} from '../../../tools/local/stand-ins/document-engine/index.ts';
import { type Fault } from '../../../tools/local/stand-ins/faults.ts';
import {
  DocumentEngineClient,
  DocumentEngineRefusalError,
  DocumentEngineUnavailableError,
  type DocumentEngineClientOptions,
} from '../../../lib/document-engine/index.ts';
import { Deadline, DeadlineOverError } from '../../../lib/runtime/deadline.ts';
import { signJwt, signingKeyOf } from '../../../lib/signing-keys/index.ts';
import { impatient, ManualClock, NOON } from '../../support/runtime/clock.ts';
import { ecPair, spki } from '../../support/signing-keys/keys.ts';

const API_TOKEN = 'the-api-token-of-document-engine';
const boot = ecPair();
const other = ecPair();
const DOCUMENT = '7KPSA689RP53HB64GKKZX64XFV';

let server: LocalDocumentEngine | undefined;
let clock = impatient(new ManualClock());

afterEach(async () => {
  await server?.close();
  server = undefined;
  clock = impatient(new ManualClock());
});

/** A token source. `forgotten` is true once the client has had the token discarded. */
class Token {
  forgotten = false;
  readonly #token: string;
  constructor(token = API_TOKEN) {
    this.#token = token;
  }
  current = (): Promise<string> => Promise.resolve(this.#token);
  forget = (): void => {
    this.forgotten = true;
  };
}

async function start(
  apiToken = new Token(),
): Promise<{ engine: LocalDocumentEngine; client: DocumentEngineClient }> {
  const engine = await startDocumentEngine({
    clock,
    algorithm: 'ES256',
    publicKey: spki(boot.publicKey),
    apiToken: API_TOKEN,
    documents: [{ id: DOCUMENT, layers: ['', 'review'] }],
    identicalKey: 'refused',
  });
  server = engine;
  return { engine, client: new DocumentEngineClient({ url: engine.url, apiToken, clock }) };
}

/** Makes a client with a function that answers its requests. */
const answeredBy = (fetch: NonNullable<DocumentEngineClientOptions['fetch']>): DocumentEngineClient =>
  new DocumentEngineClient({ url: 'https://de.example.com', apiToken: new Token(), clock, fetch });

const tokenOf = (jti: string, exp = NOON + 60): Promise<string> =>
  signJwt(
    { document_id: DOCUMENT, permissions: ['cover-image'], exp, jti },
    signingKeyOf({ kid: 'boot', alg: 'ES256', ...boot }),
  );

async function failureOf(call: Promise<unknown>): Promise<Error> {
  const failure: unknown = await call.then(
    () => new Error('the call did not fail'),
    (error: unknown) => error,
  );
  return failure instanceof Error ? failure : new Error('something else than an Error was thrown');
}

describe('the secrets of Document Engine', () => {
  test('are added, listed with their expiry in whole seconds, and given another', async () => {
    const { client } = await start();

    await client.addSecret(spki(other.publicKey), NOON + 3600);
    expect(await client.listSecrets()).toEqual([{ id: 1 }, { id: 2, expiresAt: NOON + 3600 }]);

    await client.changeExpiry(2, NOON + 60);
    expect(await client.listSecrets()).toEqual([{ id: 1 }, { id: 2, expiresAt: NOON + 60 }]);
  });

  test('are rotated to another', async () => {
    const { client } = await start();

    await client.rotateSecret(spki(other.publicKey));

    expect(await client.listSecrets()).toEqual([{ id: 2 }]);
  });
});

test('revoking returns the JWTs that were revoked, and the places of the others', async () => {
  const { client } = await start();
  const [good, late] = [await tokenOf('one'), await tokenOf('two', NOON - 1)];

  const answer = await client.revoke([late, good]);

  expect(answer).toEqual({ data: [good], failingPaths: [{ path: '$.jwts[0]' }] });
});

test('revoking none of the JWTs is an answer, with 200 or with 400', async () => {
  const none = { data: [], failingPaths: [{ path: '$.jwts[0]' }] };
  for (const status of [200, 400]) {
    const client = answeredBy(() => Promise.resolve(Response.json(none, { status })));

    expect(await client.revoke(['a.b.c'])).toEqual(none);
  }
});

test('a 400 without the JWTs that failed is a refusal', async () => {
  const client = answeredBy(() => Promise.resolve(Response.json({ error: 'bad' }, { status: 400 })));

  await expect(client.revoke(['a.b.c'])).rejects.toThrow(/refused POST \/api\/revoke with 400/);
});

test('a cover shows if a client token is accepted', async () => {
  const { client } = await start();

  expect(await client.takesToken(await tokenOf('one'), DOCUMENT)).toBe(true);
  expect(await client.takesToken(await tokenOf('one', NOON - 1), DOCUMENT)).toBe(false);
});

describe('an attempt is repeated', () => {
  test.each<Fault>(['server-error', 'throttled', 'garbage', 'answer-lost'])(
    'after %s, up to three attempts, with growing pauses',
    async (fault) => {
      const { engine, client } = await start();
      engine.inject('list-secrets', fault);

      const failure = await failureOf(client.listSecrets());

      expect(failure).toBeInstanceOf(DocumentEngineUnavailableError);
      expect(failure.message).toMatch(/^Document Engine did not serve GET \/api\/secrets\/jwt: /);
      expect(engine.calls('list-secrets')).toBe(3);
      expect(clock.pauses).toHaveLength(2);
      expect(clock.pauses[0]).toBeLessThanOrEqual(200);
      expect(clock.pauses[1]).toBeLessThanOrEqual(400);
      expect(Math.min(...clock.pauses)).toBeGreaterThanOrEqual(100);
    },
  );

  test.each<Fault>(['server-error', 'answer-lost'])(
    'except for rotating, after %s: a second time could leave another entry of the same key',
    async (fault) => {
      const { engine, client } = await start();
      engine.inject('rotate-secret', fault);

      await failureOf(client.rotateSecret(spki(other.publicKey)));

      expect(engine.calls('rotate-secret')).toBe(1);
    },
  );

  test('if Document Engine cannot be reached or does not answer in time, until an answer comes', async () => {
    const answers = [
      () =>
        Promise.reject(
          new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
        ),
      () => Promise.reject(new DOMException('timed out', 'TimeoutError')),
      () => Promise.resolve(Response.json([{ id: 7, expiresAt: null }])),
    ];
    const client = answeredBy(() => (answers.shift() ?? (() => Promise.reject(new Error())))());

    expect(await client.listSecrets()).toEqual([{ id: 7 }]);
  });

  test('but not after the deadline, at which also the attempt under way ends', async () => {
    const manual = new ManualClock();
    let attempts = 0;
    const client = new DocumentEngineClient({
      url: 'https://de.example.com',
      apiToken: new Token(),
      clock: impatient(manual),
      fetch: (_, { signal }) => {
        attempts += 1;
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
          manual.advance(500);
        });
      },
    });

    const ended = Deadline.after(manual, 500).run(() => client.rotateSecret('a key'));

    await expect(ended).rejects.toBeInstanceOf(DeadlineOverError);
    expect(attempts).toBe(1);
  });

  test('but not after a refusal', async () => {
    const { engine, client } = await start();
    await client.addSecret(spki(other.publicKey), NOON + 60);

    const failure = await failureOf(client.addSecret(spki(other.publicKey), NOON + 60));

    expect(failure).toBeInstanceOf(DocumentEngineRefusalError);
    expect(engine.calls('add-secret')).toBe(2);
    expect(clock.pauses).toEqual([]);
  });
});

describe('the error names the setting to check', () => {
  test('with a wrong API token, which is read again for the next call', async () => {
    const token = new Token('wrong');
    const { engine, client } = await start(token);

    const failure = await failureOf(client.listSecrets());

    expect(failure.message).toMatch(
      /GET \/api\/secrets\/jwt with 401.*API token is wrong.*documentEngineApiTokenSecretArn/,
    );
    expect(engine.calls('list-secrets')).toBe(1);
    expect(token.forgotten).toBe(true);
  });

  test('with a key that Document Engine does not accept', async () => {
    const { client } = await start();

    const failure = await failureOf(client.rotateSecret(spki(ecPair('secp521r1').publicKey)));

    expect(failure.message).toMatch(
      /POST \/api\/secrets\/jwt\/rotate with 400.*REPLACE_SECRETS_FROM_ENV is false.*JWT_ALGORITHM/,
    );
  });

  test.each([301, 404])('with an address that answers %i', async (status) => {
    const client = answeredBy(() => Promise.resolve(new Response(null, { status })));

    await expect(client.listSecrets()).rejects.toThrow(/documentEngineApiUrl/);
  });
});

test('an undocumented answer counts as an outage', async () => {
  for (const body of [{}, [{ id: 'x' }], [{ id: 1, expiresAt: 'tomorrow' }]]) {
    const client = answeredBy(() => Promise.resolve(Response.json(body)));

    await expect(client.listSecrets()).rejects.toThrow(/its answer does not match its documentation/);
  }
});

test('a redirect is not followed, because it would send the API token to another address', async () => {
  const inits: RequestInit[] = [];
  const client = answeredBy((_url, init) => {
    inits.push(init);
    return Promise.resolve(Response.json([]));
  });

  await client.listSecrets();

  expect(inits).toMatchObject([
    { redirect: 'manual', headers: { authorization: `Token token="${API_TOKEN}"` } },
  ]);
});

test('a client token is tried without the API token', async () => {
  const inits: RequestInit[] = [];
  const client = answeredBy((_url, init) => {
    inits.push(init);
    return Promise.resolve(new Response(null, { status: 403 }));
  });

  await client.takesToken('a.b.c', DOCUMENT);

  expect(inits).toMatchObject([{ headers: {} }]);
  expect(inspect(inits)).not.toContain(API_TOKEN);
});

test('a document id cannot turn the request for a cover into another request', async () => {
  const urls: string[] = [];
  const client = answeredBy((url) => {
    urls.push(url);
    return Promise.resolve(new Response(null, { status: 403 }));
  });

  for (const id of ['../api/secrets/jwt', 'id?width=1#', 'a b/c', '%2e%2e'])
    await client.takesToken('a.b.c', id);

  expect(urls.map((url) => new URL(url).pathname)).toEqual([
    '/documents/..%2Fapi%2Fsecrets%2Fjwt/cover',
    '/documents/id%3Fwidth%3D1%23/cover',
    '/documents/a%20b%2Fc/cover',
    '/documents/%252e%252e/cover',
  ]);
  expect(urls.map((url) => new URL(url).search)).toEqual(Array(4).fill('?width=200&jwt=a.b.c'));
});

describe('a web page', () => {
  const page = (status: number) =>
    answeredBy(() =>
      Promise.resolve(new Response('<html>', { status, headers: { 'content-type': 'text/html' } })),
    );

  test('with 200 is not an answer: another server is at the address', async () => {
    await expect(page(200).listSecrets()).rejects.toThrow(DocumentEngineUnavailableError);
    await expect(page(200).takesToken('a.b.c', DOCUMENT)).rejects.toThrow(/another server answers/);
  });

  test.each([400, 401, 404])('with %i is a refusal, at once', async (status) => {
    await expect(page(status).listSecrets()).rejects.toMatchObject({
      code: 'DOCUMENT_ENGINE_REFUSED',
      status,
    });
    expect(clock.pauses).toEqual([]);
  });

  test('with 403 is a refusal of the client token', async () => {
    expect(await page(403).takesToken('a.b.c', DOCUMENT)).toBe(false);
  });
});

test('no error contains the API token, a JWT or a key', async () => {
  const jwt = await tokenOf('one');
  const pem = spki(other.publicKey);
  const key = pem.split('\n')[1] ?? '';
  const failing: NonNullable<DocumentEngineClientOptions['fetch']>[] = [
    (url) => Promise.reject(new TypeError(`Failed to fetch ${url}`)),
    (url, init) => Promise.resolve(new Response(`${url} ${inspect(init)}`, { status: 400 })),
    (url, init) => Promise.resolve(new Response(`${url} ${inspect(init)}`, { status: 500 })),
    (url, init) => Promise.resolve(new Response(`${url} ${inspect(init)}`, { status: 200 })),
  ];
  for (const fetch of failing) {
    const client = answeredBy(fetch);
    const calls = [
      client.revoke([jwt]),
      client.listSecrets(),
      client.rotateSecret(pem),
      client.takesToken(jwt, DOCUMENT),
    ];
    const shown = inspect(await Promise.all(calls.map(failureOf)), { depth: Infinity, showHidden: true });

    for (const secret of [API_TOKEN, jwt, key]) expect(shown).not.toContain(secret);
  }
});
