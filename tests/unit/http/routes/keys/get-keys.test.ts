import { describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import { getKeysHandler } from '../../../../../lib/http/routes/keys/get-keys.ts';
import { Jwks } from '../../../../../lib/http/routes/keys/schemas.ts';
import { type ApiResult } from '../../../../../lib/http/routes/route.ts';
import { createLogger } from '../../../../../lib/runtime/log.ts';
import { ALGORITHMS, type PublishedKey } from '../../../../../lib/signing-keys/index.ts';
import { ManualClock, NOON } from '../../../../support/runtime/clock.ts';
import { apiEvent, lambdaContext, problemIn } from '../../../../support/http/events.ts';
import { pkcs8, rsaPair } from '../../../../support/signing-keys/keys.ts';
import { MemoryTable } from '../../../../support/table/memory-table.ts';
import {
  newPublishedKey,
  publishedItem,
  publishedKey,
} from '../../../../support/signing-keys/published-keys.ts';
import { KEYS_PARTITION, StoreUnavailableError } from '../../../../../lib/table/index.ts';

/** The members of RFC 7518 section 6 that no public key has. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

interface Service {
  readonly table: MemoryTable;
  readonly lines: string[];
  get(headers?: Record<string, string>): Promise<ApiResult>;
  head(): Promise<ApiResult>;
}

function serviceWith(...keys: readonly PublishedKey[]): Service {
  const table = new MemoryTable(...keys.map(publishedItem));
  const lines: string[] = [];
  const clock = new ManualClock();
  const handler = getKeysHandler({ table, clock, log: createLogger('debug', (line) => lines.push(line)) });
  const ask = (method: string, headers: Record<string, string> = {}) =>
    handler(apiEvent({ claims: null, route: `${method} /.well-known/jwks.json`, headers }), lambdaContext());
  return { table, lines, get: (headers) => ask('GET', headers), head: () => ask('HEAD') };
}

const keysIn = (result: ApiResult): z.output<typeof Jwks>['keys'] =>
  Jwks.parse(JSON.parse(result.body ?? '')).keys;

const kidsIn = (result: ApiResult): string[] => keysIn(result).map(({ kid }) => kid);

describe('GET /.well-known/jwks.json', () => {
  test.each(ALGORITHMS)(
    'publishes a key for %s that verifies signatures of its private half',
    async (alg) => {
      const { pair, published } = newPublishedKey(alg);
      const keys = createLocalJWKSet({ keys: keysIn(await serviceWith(published).get()) });
      const jwt = await new SignJWT({ sub: 'alice' })
        .setProtectedHeader({ alg, kid: published.kid })
        .sign(pair.privateKey);
      expect((await jwtVerify(jwt, keys)).payload).toEqual({ sub: 'alice' });
    },
  );

  test.each(ALGORITHMS)(
    'shows no private member of a key for %s, even if it was published by mistake',
    async (alg) => {
      const { pair, published } = newPublishedKey(alg);
      const mistaken = { ...published, kid: 'mistaken', publicKey: pkcs8(pair.privateKey) };
      const { body = '' } = await serviceWith(published, mistaken).get();
      const { keys } = z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).parse(JSON.parse(body));
      expect(keys).toHaveLength(2);
      for (const key of keys) {
        expect(Object.keys(key).sort()).toEqual(
          alg.startsWith('ES')
            ? ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']
            : ['alg', 'e', 'kid', 'kty', 'n', 'use'],
        );
      }
      const secret = pair.privateKey.export({ format: 'jwk' });
      for (const member of PRIVATE_MEMBERS) {
        const value: unknown = Object.entries(secret).find(([name]) => name === member)?.[1];
        if (typeof value === 'string') expect(body).not.toContain(value);
      }
    },
  );

  test('publishes the keys that now verify, the current key first', async () => {
    const service = serviceWith(
      publishedKey({ kid: 'a-previous', state: 'previous', verifiesUntil: NOON + 1 }),
      publishedKey({ kid: 'b-ended', state: 'previous', verifiesUntil: NOON }),
      publishedKey({ kid: 'c-dropped', state: 'dropped', verifiesUntil: NOON + 1 }),
      publishedKey({ kid: 'd-pending', state: 'pending' }),
      publishedKey({ kid: 'e-current', state: 'current' }),
    );
    expect(kidsIn(await service.get())).toEqual(['e-current', 'd-pending', 'a-previous']);
  });

  test('tells when a key was made and when it ceases to verify, if the table tells it, and nothing else of the item', async () => {
    const service = serviceWith(
      publishedKey({ kid: 'a-current', createdAt: NOON - 10, entryIds: new Set([7]) }),
      publishedKey({ kid: 'b-unknown', state: 'pending' }),
      publishedKey({ kid: 'c-previous', state: 'previous', createdAt: NOON - 90, verifiesUntil: NOON + 60 }),
    );
    const [current, unknown, previous] = keysIn(await service.get());
    expect(current).toEqual({ ...unknown, kid: 'a-current', iat: NOON - 10 });
    expect(previous).toEqual({ ...unknown, kid: 'c-previous', iat: NOON - 90, exp: NOON + 60 });
    expect(Object.keys(unknown ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });

  test('publishes an empty set if no key has been used yet', async () => {
    expect(keysIn(await serviceWith().get())).toEqual([]);
  });

  test('leaves out unreadable keys, with a line in the log, and other items of the partition', async () => {
    const service = serviceWith(
      publishedKey(),
      publishedKey({ kid: 'garbage', publicKey: 'no PEM' }),
      publishedKey({ kid: 'other-curve', publicKey: newPublishedKey('ES512').published.publicKey }),
      publishedKey({
        kid: 'weak',
        alg: 'RS256',
        publicKey: rsaPair(1024).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      }),
    );
    service.table.store({ pk: KEYS_PARTITION, sk: '#rotation', until: NOON });
    expect(kidsIn(await service.get())).toEqual(['test-key']);
    const errors = service.lines.filter((line) => line.includes('"level":"ERROR"'));
    expect(errors).toHaveLength(3);
  });

  test('may be kept by any cache for a minute, and for an hour while the service fails', async () => {
    const { headers } = await serviceWith(publishedKey()).get();
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=60, stale-if-error=3600',
    });
  });

  test('answers 304 to a client that holds the set already, and 200 once it has changed', async () => {
    const service = serviceWith(publishedKey());
    const { headers } = await service.get();
    const etag = String(headers?.['etag']);
    for (const held of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await service.get({ 'If-None-Match': held });
      expect(answer).toMatchObject({ statusCode: 304, headers: { etag } });
      expect(answer.body).toBeUndefined();
    }
    service.table.store(publishedItem(newPublishedKey('ES256', { kid: 'next', state: 'pending' }).published));
    expect(kidsIn(await service.get({ 'If-None-Match': etag }))).toEqual(['test-key', 'next']);
  });

  test('answers HEAD with the same headers and no body', async () => {
    const service = serviceWith(publishedKey());
    const { body, ...same } = await service.get();
    expect(body).toContain('test-key');
    expect(await service.head()).toEqual(same);
  });

  test('can be read by every web page, also the ETag and an unchanged answer', async () => {
    const service = serviceWith(publishedKey());
    const forPages = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'ETag',
      vary: 'Origin',
    };
    const { headers } = await service.get();
    expect(headers).toMatchObject(forPages);
    expect((await service.get({ 'If-None-Match': String(headers?.['etag']) })).headers).toMatchObject(
      forPages,
    );
  });

  test('reads one query and nothing else', async () => {
    const service = serviceWith(publishedKey());
    await service.get();
    expect(service.table.calls).toEqual(['query']);
  });

  test('answers 503 that no cache keeps while the table does not answer', async () => {
    const service = serviceWith(publishedKey());
    service.table.before = () => {
      throw new StoreUnavailableError('DynamoDB did not serve the table');
    };
    const answer = await service.get();
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'retry-after': expect.stringMatching(/^[123]$/),
    });
    expect(problemIn(answer)).toMatchObject({ status: 503, type: 'urn:layermint:problem:store-unavailable' });
  });

  test('logs the ids of the keys and nothing of the keys', async () => {
    const { pair, published } = newPublishedKey('ES256');
    const service = serviceWith({ ...published, publicKey: pkcs8(pair.privateKey) });
    await service.get();
    expect(service.lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { kids: ['ES256'], status: 200 },
    ]);
    const { d = '' } = pair.privateKey.export({ format: 'jwk' });
    expect(service.lines.join('')).not.toContain(d);
    expect(service.lines.join('')).not.toContain('PRIVATE');
  });
});
