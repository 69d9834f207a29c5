import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { DocumentEngineClient } from '../../../../../lib/document-engine/index.ts';
import {
  createDocumentEngine,
  startDocumentEngine,
  type DocumentEngine,
  type DocumentEngineOptions,
  type LocalDocumentEngine,
} from '../../../../../tools/local/stand-ins/document-engine/index.ts';
import { impatient, ManualClock, NOON } from '../../../../support/runtime/clock.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
const pemOf = (key: typeof other): string => key.export({ type: 'spki', format: 'pem' }).toString();
const claims = {
  document_id: 'contract',
  permissions: ['read-document', 'cover-image'],
  exp: NOON + 60,
  jti: 'a',
};
const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);

let server: LocalDocumentEngine;
let inMemory: DocumentEngine;

beforeEach(async () => {
  const clock = impatient(new ManualClock());
  const options: DocumentEngineOptions = {
    clock,
    algorithm: 'ES256',
    publicKey: pemOf(publicKey),
    apiToken: 'secret',
    documents: [{ id: 'contract', layers: ['', 'review'] }],
  };
  server = await startDocumentEngine(options);
  inMemory = createDocumentEngine(options);
});

afterEach(() => server.close());

const API = { authorization: 'Token token="secret"', 'content-type': 'application/json' };

const get = (path: string, headers: Record<string, string> = API): [string, RequestInit] => [
  path,
  { headers },
];
const post = (path: string, body: unknown, headers: Record<string, string> = API): [string, RequestInit] => [
  path,
  { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) },
];

/** Reads everything that a client can see of an answer, or of a failed request. */
async function seen(response: Promise<Response>): Promise<unknown> {
  try {
    const answer = await response;
    const { status, headers } = answer;
    const bytes = Buffer.from(await answer.arrayBuffer()).toString('base64');
    return { status, type: headers.get('content-type'), allow: headers.get('allow'), bytes };
  } catch (error) {
    const { name, cause } = error as { name: string; cause?: { code?: unknown } };
    return { error: name, code: cause?.code };
  }
}

const atServer = (path: string, init: RequestInit) => seen(fetch(`${server.url}${path}`, init));
const atMemory = (path: string, init: RequestInit) => seen(inMemory.fetch(`http://anywhere${path}`, init));

test('in memory and behind a socket, every request has the same answer', async () => {
  const expiresAt = new Date((NOON + 3600) * 1000).toISOString();
  const requests = [
    get('/api/secrets/jwt'),
    get('/api/secrets/jwt', { authorization: 'Token token="wrong"' }),
    post('/api/secrets/jwt', { secret: pemOf(other), expiresAt }),
    post('/api/secrets/jwt', { secret: pemOf(other) }),
    post('/api/secrets/jwt', '{'),
    post('/api/secrets/jwt', {}, { ...API, 'content-type': 'text/plain' }),
    post('/api/secrets/jwt', 'x'.repeat(1024 * 1024 + 1)),
    post('/api/secrets/jwt/2', { expiresAt }),
    post('/api/secrets/jwt/9', { expiresAt }),
    post('/api/secrets/jwt/rotate', { secret: pemOf(other) }),
    get('/api/secrets/jwt'),
    post('/api/secrets/jwt/rotate', { secret: pemOf(publicKey) }),
    get('/api/documents/contract/layers'),
    get('/api/documents/%FF/layers'),
    get('/api/documents/nothing/layers'),
    get(`/documents/contract/cover?width=200&jwt=${token}`, {}),
    get(`/local/open?documentId=contract&layer=review&jwt=${token}`, {}),
    get('/local/open?documentId=contract', { authorization: `Bearer ${token}` }),
    post('/api/revoke', { jwts: [token, 'nonsense'] }),
    get('/local/open?documentId=contract', { authorization: `Bearer ${token}` }),
    ['/api/revoke', { method: 'DELETE' }],
    get('/'),
  ] satisfies [string, RequestInit][];
  for (const [path, init] of requests) {
    const answers = [await atServer(path, init), await atMemory(path, init)];
    expect([path, answers[1]]).toEqual([path, answers[0]]);
  }
  expect(inMemory.secrets()).toEqual(server.secrets());
  expect(inMemory.verify(token)).toEqual(server.verify(token));
  expect(inMemory.calls('revoke')).toBe(server.calls('revoke'));
});

describe('a fault is the same in memory', () => {
  test.each(['server-error', 'throttled', 'garbage', 'answer-lost'] as const)('%s', async (fault) => {
    for (const engine of [server, inMemory]) engine.inject('revoke', fault);
    const request = post('/api/revoke', { jwts: [token] });
    expect(await atMemory(...request)).toEqual(await atServer(...request));
    expect(inMemory.verify(token)).toEqual(server.verify(token));
    expect(inMemory.verify(token).accepted).toBe(fault !== 'answer-lost');
  });

  test('hang, which the caller ends', async () => {
    for (const engine of [server, inMemory]) engine.inject('list-secrets', 'hang');
    const [path, init] = get('/api/secrets/jwt');
    const seenAt = (at: typeof atServer) => at(path, { ...init, signal: AbortSignal.timeout(50) });
    expect(await seenAt(atMemory)).toEqual(await seenAt(atServer));
    expect(await seenAt(atMemory)).toMatchObject({ error: 'TimeoutError' });
  });
});

test('our client works with it in memory', async () => {
  const client = new DocumentEngineClient({
    url: 'http://document-engine',
    apiToken: { current: () => Promise.resolve('secret'), forget: () => undefined },
    clock: impatient(new ManualClock()),
    fetch: inMemory.fetch,
  });
  await client.addSecret(pemOf(other), NOON + 3600);
  expect(await client.listSecrets()).toEqual([{ id: 1 }, { id: 2, expiresAt: NOON + 3600 }]);
  expect(await client.takesToken(token, 'contract')).toBe(true);
  expect(await client.revoke([token])).toEqual({ data: [token], failingPaths: [] });
  expect(await client.takesToken(token, 'contract')).toBe(false);
});

test.each(['dropped', 'kept'] as const)(
  "Another backend's key replaces the current one, the others are %s, and the repair puts all back",
  (others) => {
    const before = inMemory.secrets();
    const end = inMemory.takeOver(pemOf(other), others);
    expect(inMemory.verify(token).accepted).toBe(false);
    expect(inMemory.secrets().at(-1)?.thumbprint).not.toBe(before[0]?.thumbprint);
    end();
    expect(inMemory.secrets()).toEqual(before);
    expect(inMemory.verify(token).accepted).toBe(true);
  },
);

test('One token is not revoked, however often it is sent, and others are', async () => {
  const end = inMemory.refuseRevocation();
  const second = await new SignJWT({ ...claims, jti: 'b' })
    .setProtectedHeader({ alg: 'ES256' })
    .sign(privateKey);
  const revoke = (...jwts: readonly string[]): Promise<Response> =>
    inMemory.fetch(...post('http://engine/api/revoke', { jwts }));
  for (const _ of [1, 2]) {
    const answer = await revoke(token);
    // A body with failingPaths would be an answer for each token, which the service does not count as a refusal.
    expect([answer.status, await answer.text()]).toEqual([400, expect.not.stringContaining('failingPaths')]);
  }
  expect((await revoke(token, second)).status).toBe(400);
  expect(await (await revoke(second)).json()).toMatchObject({ data: [second] });
  expect([inMemory.verify(token).accepted, inMemory.verify(second).accepted]).toEqual([true, false]);
  end();
  expect(await (await revoke(token, second)).json()).toMatchObject({ data: [token, second] });
});

test('A Document Engine that forgets revocations confirms them, and knows them again afterwards', async () => {
  const end = inMemory.forgetRevocations();
  const answer = await inMemory.fetch(...post('http://engine/api/revoke', { jwts: [token] }));
  expect(await answer.json()).toMatchObject({ data: [token] });
  expect(inMemory.verify(token).accepted).toBe(true);
  end();
  expect(inMemory.verify(token).accepted).toBe(false);
});
