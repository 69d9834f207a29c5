import { expect, test } from '@jest/globals';
import { callerTokenRoute } from '../../../../../../tools/local/stack/routes/caller-tokens.ts';

let asked = 0;
const route = callerTokenRoute([{ userId: 'alice', groups: [] }], {
  tokenFor: ({ userId }) => Promise.resolve(`token ${(asked += 1)} of ${userId}`),
});

const get = (target: string, { method = 'GET', host = '127.0.0.1:4747', origin = '' } = {}) =>
  route({
    method,
    target,
    protocol: 'HTTP/1.1',
    headers: [['host', host], ...(origin === '' ? [] : [['origin', origin] as const])],
    body: undefined,
    sourceIp: '127.0.0.1',
  });

test('A demo caller’s token is fresh on each request, plain, stored nowhere, and no script for a page of another site', async () => {
  const headers = {
    'content-type': 'text/plain',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  expect(await get('/local/callers/alice/token')).toEqual({ status: 200, headers, body: 'token 1 of alice' });
  expect(await get('/local/callers/alice/token')).toEqual({ status: 200, headers, body: 'token 2 of alice' });
});

test.each([
  ['/local/callers/alice', 'GET'],
  ['/local/callers/alice/token?x', 'GET'],
  ['/local/callers/alice/token', 'POST'],
])('%s %s is left to the API', async (path, method) => {
  expect(await get(path, { method })).toBeUndefined();
});

test.each(['nobody', 'backend'])(
  'a request for the token of %s is told the demo users, and the way of the backend',
  async (name) => {
    const before = asked;
    const answer = await get(`/local/callers/${name}/token`);
    expect(answer?.status).toBe(404);
    expect(answer?.body).toContain(
      'The demo users are alice. The demo backend signs in with its client secret',
    );
    expect(asked).toBe(before);
  },
);

test('a web page that points its own name at this machine gets no token (DNS rebinding)', async () => {
  const before = asked;
  expect(await get('/local/callers/alice/token', { host: 'evil.example.com' })).toMatchObject({
    status: 403,
  });
  expect(asked).toBe(before);
});

test.each(['https://attacker.example', 'null'])(
  'a page of another site (%s) gets no token, not even unread',
  async (origin) => {
    const before = asked;
    expect(await get('/local/callers/alice/token', { origin })).toMatchObject({ status: 403 });
    expect(asked).toBe(before);
  },
);

test('a page that the developer serves from this machine gets a token', async () => {
  expect(await get('/local/callers/alice/token', { origin: 'http://localhost:3000' })).toMatchObject({
    status: 200,
  });
});
