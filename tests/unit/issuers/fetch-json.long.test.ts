import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { IssuerKeys, type CallerAlgorithm } from '../../../lib/issuers/index.ts';
import { fetchJson, MAX_ANSWER_BYTES } from '../../../lib/issuers/fetch-json.ts';
import { verifyCallerToken } from '../../../lib/issuers/verify-caller-token.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';

let server: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let seen: string[];
let clock: ManualClock;

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.url ?? '');
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  seen = [];
  clock = new ManualClock();
});

const get = (path = '/keys') => fetchJson(url + path, globalThis.fetch, clock);

test('a redirect is refused and not followed', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    answer = (_request, response) => response.writeHead(status, { location: `${url}/elsewhere` }).end();
    await expect(get()).rejects.toThrow(`${url}/keys has the status ${status}`);
  }
  expect(seen).toEqual(['/keys', '/keys', '/keys', '/keys', '/keys']);
});

test('an endless answer is cut off at the limit', async () => {
  let sent = 0;
  const closed = Promise.withResolvers<undefined>();
  answer = (_request, response) => {
    response.once('close', () => {
      closed.resolve(undefined);
    });
    const send = (): void => {
      while (!response.destroyed && response.write(' '.repeat(10_000))) sent += 10_000;
      if (!response.destroyed) response.once('drain', send);
    };
    send();
  };
  await expect(get()).rejects.toThrow(`is longer than ${MAX_ANSWER_BYTES} bytes`);
  await closed.promise;
  expect(sent).toBeLessThan(100 * MAX_ANSWER_BYTES);
});

test('an answer that never ends is cut off after its time, also if its body has begun', async () => {
  for (const begin of [false, true]) {
    const arrived = Promise.withResolvers<undefined>();
    answer = (_request, response) => {
      if (begin) response.write('{"keys":[');
      arrived.resolve(undefined);
    };
    const waiting = get().catch((error: unknown) => error);
    await arrived.promise;
    clock.advance(2_000);
    expect(String(await waiting)).toMatch(/took longer than 2000 milliseconds|cannot be reached/);
  }
});

test('an answer in more encodings than fetch undoes does not end the process, which serves other issuers too', async () => {
  answer = (_request, response) => {
    response.writeHead(200, { 'content-encoding': Array.from({ length: 6 }, () => 'gzip').join(', ') });
    response.end(Buffer.alloc(70_000));
  };
  const reading = fetchJson(`${url}/keys`, globalThis.fetch, systemClock);
  await expect(reading).rejects.toThrow(`${url}/keys cannot be reached`);
  // An error without a listener comes with the next turn of the event loop.
  await setImmediate();
});

test('the endless body of an error is not read on', async () => {
  const closed = Promise.withResolvers<undefined>();
  answer = (_request, response) => {
    response.once('close', () => {
      closed.resolve(undefined);
    });
    response.writeHead(503);
    response.write('wait');
  };
  await expect(get()).rejects.toThrow(`${url}/keys has the status 503`);
  await closed.promise;
});

test('a connection that is reset is named by its cause', async () => {
  answer = (request) => request.socket.resetAndDestroy();
  const error: unknown = await get().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ message: `${url}/keys cannot be reached` });
  // Node's errors are of another realm than Jest's, so their classes cannot be compared.
  expect(inspect((error as Error).cause)).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
});

test('no header of the request names the service or carries a secret', async () => {
  let headers: NodeJS.Dict<string | string[]> = {};
  answer = (request, response) => {
    headers = request.headers;
    response.end('{}');
  };
  await get();
  expect(Object.keys(headers)).not.toContain('authorization');
  expect(Object.keys(headers)).not.toContain('cookie');
});

test.each<CallerAlgorithm>([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
])('a token with %s is verified with a key that was fetched over a socket', async (algorithm) => {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', use: 'sig', alg: algorithm };
  const documents: Readonly<Record<string, unknown>> = {
    '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
    '/keys': { keys: [jwk] },
  };
  answer = (request, response) => response.end(JSON.stringify(documents[request.url ?? '']));
  const trusted = { name: 'socket', issuer: url, audience: ['layermint'], algorithms: [algorithm] };
  const keys = new IssuerKeys(
    trusted,
    clock,
    createLogger('error', () => undefined),
  );
  const token = await new SignJWT({ iss: url, aud: 'layermint', sub: 'alice', exp: NOON + 60 })
    .setProtectedHeader({ alg: algorithm, kid: 'k' })
    .sign(privateKey);

  expect(await verifyCallerToken(token, [{ ...trusted, keys }], clock)).toMatchObject({ token });
  const forged = `${token.slice(0, -6)}AAAAAA`;
  await expect(verifyCallerToken(forged, [{ ...trusted, keys }], clock)).rejects.toMatchObject({
    reason: 'wrong-signature',
  });
});
