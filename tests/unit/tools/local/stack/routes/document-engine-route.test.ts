import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { documentEngineRoute } from '../../../../../../tools/local/stack/routes/document-engine-route.ts';
import {
  listenOnLoopback,
  type HttpRequest,
  type LoopbackServer,
} from '../../../../../../tools/local/stand-ins/loopback-server.ts';

const received: HttpRequest[] = [];
let documentEngine: LoopbackServer;

beforeAll(async () => {
  documentEngine = await listenOnLoopback((request) => {
    received.push(request);
    return Promise.resolve({
      status: 403,
      headers: { 'content-type': 'application/octet-stream', 'x-of-engine': 'yes' },
      body: Buffer.from([0, 255, 128]),
    });
  });
});
afterAll(() => documentEngine.close());

const send = (
  method: string,
  target: string,
  headers: readonly (readonly [string, string])[] = [['host', '10.0.2.2:4747']],
  body = '',
) =>
  documentEngineRoute(documentEngine.url)({
    method,
    target,
    protocol: 'HTTP/1.1',
    headers,
    body: Buffer.from(body),
    sourceIp: '127.0.0.1',
  });

test('A request of an SDK reaches Document Engine as it is, and the answer comes back as it is', async () => {
  const headers = [
    ['Host', '10.0.2.2:4747'],
    ['Connection', 'keep-alive'],
    ['Content-Type', 'application/json'],
    ['X-Of-SDK', 'yes'],
  ] as const;
  const answer = await send('POST', '/i/d/contract%2D2026/auth?a=b%20c', headers, '{"jwt":"eyJ"}');
  expect(received.at(-1)).toMatchObject({
    method: 'POST',
    path: '/i/d/contract%2D2026/auth',
    body: '{"jwt":"eyJ"}',
    headers: {
      host: new URL(documentEngine.url).host,
      'content-type': 'application/json',
      'x-of-sdk': 'yes',
    },
  });
  expect(received.at(-1)?.query.get('a')).toBe('b c');
  expect(answer).toMatchObject({ status: 403, headers: { 'x-of-engine': 'yes' } });
  expect(answer?.body).toEqual(Buffer.from([0, 255, 128]));
});

test.each(['/documents/a/cover?jwt=eyJ', '/local/open?documentId=a', '/i'])(
  'GET %s is passed on',
  async (target) => {
    expect((await send('GET', target))?.status).toBe(403);
  },
);

test.each([
  '/api/documents',
  '/api/revoke',
  '/i/../api/revoke',
  '/i/%2e%2e/api/revoke',
  '/documents/../../dashboard',
  '//attacker.example/i/d',
  'http://attacker.example/i/d',
  '/info',
  '/local',
  '/local/opener',
  '/dashboard',
])('Document Engine’s own API and other servers through the path %s', async (target) => {
  const before = received.length;
  expect(await send('POST', target)).toBeUndefined();
  expect(received).toHaveLength(before);
});

test.each([{ host: 'attacker.example' }, { host: '127.0.0.1', origin: 'https://attacker.example' }])(
  'a foreign web page reaches nothing at Document Engine (%j)',
  async (headers) => {
    const before = received.length;
    expect((await send('GET', '/i/d', Object.entries(headers)))?.status).toBe(403);
    expect(received).toHaveLength(before);
  },
);

test('A Document Engine that does not answer is a 502', async () => {
  const gone = await listenOnLoopback(() => Promise.resolve({ status: 200, headers: {}, body: '' }));
  await gone.close();
  const answer = await documentEngineRoute(gone.url)({
    ...{ method: 'GET', target: '/i/d', protocol: 'HTTP/1.1' },
    ...{ headers: [['host', 'localhost']], body: undefined, sourceIp: '127.0.0.1' },
  });
  expect(answer?.status).toBe(502);
});
