import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../../../lib/runtime/clock.ts';
import { createLogger } from '../../../../../lib/runtime/log.ts';
import { generateSigningKey } from '../../../../../tools/local/stack/demo/demo-signing-key.ts';
import { forLocalPages } from '../../../../../tools/local/stack/service/http-api.ts';
import { startGateway } from '../../../../../tools/local/stand-ins/api-gateway/index.ts';
import { startDocumentEngine } from '../../../../../tools/local/stand-ins/document-engine/index.ts';
import { startIssuer } from '../../../../../tools/local/stand-ins/issuer/index.ts';
import { sendRaw, type RawResponse } from '../../../../support/http/raw-http.ts';

const EXPOSED = 'Date, ETag, Location, Retry-After, WWW-Authenticate';
const LOCAL_ROUTE = '/local';

/** The addresses of the servers, and what to close after the tests. */
const servers: Record<string, { readonly url: string; close(): Promise<void> }> = {};

beforeAll(async () => {
  const { alg, publicKey } = await generateSigningKey(systemClock);
  servers['issuer'] = await startIssuer(
    [{ userId: 'alice', groups: [] }],
    'layermint',
    systemClock,
    'secret',
  );
  servers['Document Engine'] = await startDocumentEngine({
    algorithm: alg,
    publicKey,
    apiToken: 'api token',
    documents: [],
  });
  servers['API'] = await startGateway({
    port: 0,
    clock: systemClock,
    log: createLogger('error', () => undefined),
    invoke: () => Promise.resolve({ statusCode: 201 }),
    localRoutes: [
      (request) =>
        Promise.resolve(
          request.method === 'GET' && request.target === LOCAL_ROUTE
            ? { status: 200, body: '{}' }
            : undefined,
        ),
    ],
    api: forLocalPages({
      routes: [{ key: 'POST /v1/tokens', functionName: 'mintToken' }],
      authorizers: {},
      cors: {
        allowedOrigins: ['http://localhost'],
        allowedHeaders: ['Authorization', 'Content-Type'],
        allowedMethods: ['GET', 'POST'],
        allowCredentials: false,
        exposedHeaders: EXPOSED.split(', '),
        maxAge: undefined,
      },
    }),
  });
});

afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.close()));
});

async function send(server: string, method: string, path: string, headers: object): Promise<RawResponse> {
  return sendRaw(servers[server]?.url ?? '', { method, path, headers: { ...headers } });
}

const ROUTES = [
  ['API', 'POST', '/v1/tokens'],
  ['API', 'GET', LOCAL_ROUTE],
  ['issuer', 'POST', '/token'],
  ['Document Engine', 'GET', '/local/open?documentId=contract-2026'],
] as const;

const LOCAL_PAGES = ['http://localhost:5173', 'http://127.0.0.1:3000', 'http://[::1]:8080'];

describe.each(ROUTES)('%s: %s %s', (server, method, path) => {
  test.each(LOCAL_PAGES)('a page on %s may send it and read the answer', async (origin) => {
    const preflight = await send(server, 'OPTIONS', path, {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    });
    expect(preflight.status).toBe(204);
    expect([origin, '*']).toContain(preflight.headers['access-control-allow-origin']);
    expect(preflight.headers['access-control-allow-methods']).toContain(method);
    expect(preflight.headers['access-control-allow-headers']).toMatch(/authorization, ?content-type/i);

    const { headers } = await send(server, method, path, { origin });
    expect([origin, '*']).toContain(headers['access-control-allow-origin']);
    expect(String(headers['access-control-expose-headers']).split(/, ?/)).toEqual(EXPOSED.split(', '));
  });

  test.each([
    'https://attacker.example',
    'http://localhost.attacker.example',
    'http://127.0.0.1.nip.io',
    'null',
  ])('a page of another site (%s) cannot read the answer, nor pass a preflight', async (origin) => {
    const asked = { origin, 'access-control-request-method': method };
    for (const [sent, headers] of [
      ['OPTIONS', asked],
      [method, { origin }],
    ] as const) {
      const answer = await send(server, sent, path, headers);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

test('a page of this machine cannot call the backend routes of Document Engine', async () => {
  const answer = await send('Document Engine', 'OPTIONS', '/api/revoke', {
    origin: 'http://localhost:5173',
    'access-control-request-method': 'POST',
  });
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('a web page that points its own name at this machine gets nothing of issuer and Document Engine (DNS rebinding)', async () => {
  for (const server of ['issuer', 'Document Engine']) {
    const answer = await send(server, 'OPTIONS', '/token', {
      host: 'attacker.example',
      origin: 'http://localhost:5173',
      'access-control-request-method': 'POST',
    });
    expect(answer.status).toBe(403);
  }
});
