import { describe, expect, test } from '@jest/globals';
import { sendLines } from '../../support/http/raw-http.ts';
import {
  CONTRACT,
  expectRefused,
  PLAN,
  send,
  stack,
  tokenOf,
} from '../../support/local-stack/stack-under-attack.ts';

describe('a path that two parsers could read differently', () => {
  const PATHS = [
    '/v1/tokens/',
    '//v1/tokens',
    '/v1//tokens',
    '/V1/Tokens',
    '/v1/tokens;x=y',
    '/v1/tokens%00',
    '/v1/tokens%20',
    '/v1/./tokens',
    '/health/../v1/tokens',
    '/health/%2e%2e/v1/tokens',
    '/v1/tokens%3Fx',
    '/v1%5Ctokens',
    '/v1%252Ftokens',
    '/local/../v1/tokens',
  ];

  test.each(PATHS)('%s is not a route, with or without a token', async (path) => {
    expectRefused(await send({ path, body: { documentId: CONTRACT } }), 404);
    expectRefused(await send({ token: tokenOf('alice'), path, body: { documentId: CONTRACT } }), 404);
  });

  test('/v1%2Ftokens and /%76%31/tokens are the route itself, with its authorizer', async () => {
    for (const path of ['/v1%2Ftokens', '/%76%31/tokens']) {
      expectRefused(await send({ path, body: { documentId: CONTRACT } }), 401);
      expectRefused(await send({ token: tokenOf('mallory'), path, body: { documentId: CONTRACT } }), 403);
    }
  });

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'])(
    '%s /v1/tokens mints nothing',
    async (method) => {
      const answer = await send({ method, token: tokenOf('alice') });
      expectRefused(answer, 405);
      expect(answer.headers['allow']).toBe('POST');
    },
  );

  test('OPTIONS /v1/tokens mints nothing', async () => {
    const answer = await send({ method: 'OPTIONS', token: tokenOf('alice') });
    expect(answer).toMatchObject({ status: 204, body: '' });
  });

  test('a header that asks for another method', async () => {
    const headers = { 'x-http-method-override': 'POST', 'x-method-override': 'POST' };
    const answer = await send({
      method: 'GET',
      path: '/v1/tokens?_method=POST',
      token: tokenOf('alice'),
      headers,
    });
    expectRefused(answer, 405);
  });

  test('an absolute request target', async () => {
    const { statuses, text } = await sendLines(stack.api, [
      `GET http://127.0.0.1/local HTTP/1.1`,
      'Host: evil.example',
      'Connection: close',
      '',
    ]);
    expect([400, 403, 404]).toContain(statuses[0]);
    expect(text).not.toContain('eyJ');
  });

  const IDS = [
    `${CONTRACT}%2F..%2F${PLAN}`,
    `${CONTRACT}%2F`,
    `${PLAN}%00`,
    `${PLAN}%23GRANT`,
    `DOC%23${PLAN}`,
    '%2a',
    `${PLAN}%0d%0aX-Injected:%20yes`,
    `${PLAN}%20`,
    'x'.repeat(257),
    '%ff',
  ];

  test.each(IDS)('the document id %s in a path', async (id) => {
    for (const caller of ['mallory', 'backend']) {
      const answer = await send({
        token: tokenOf(caller),
        method: 'GET',
        path: `/v1/documents/${id}/grants`,
      });
      expectRefused(answer, 400, 404);
      expect(answer.headers).not.toHaveProperty('x-injected');
      expect(answer.body).not.toContain('editors');
    }
  });
});
