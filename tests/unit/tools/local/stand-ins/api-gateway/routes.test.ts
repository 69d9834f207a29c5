import { describe, expect, test } from '@jest/globals';
import {
  eventOf,
  functionFor,
  functions,
  send,
  useGateway,
} from '../../../../../support/api-gateway/gateway-under-test.ts';

useGateway();

describe('Routing', () => {
  test('chooses the most specific path that has the method', async () => {
    expect(await functionFor('GET', '/v1/documents/a/grants')).toBe('documents');
    expect(await functionFor('GET', '/v1/documents/shared/grants')).toBe('greedy');
    expect(await functionFor('PUT', '/v1/documents/a/grants')).toBe('greedy');
    expect(await functionFor('GET', '/v1/anything/else')).toBe('greedy');
    expect(await functionFor('GET', '/short')).toBe('short');
  });

  test('leaves all other requests to $default', async () => {
    expect(await functionFor('GET', '/')).toBe('fallback');
    expect(await functionFor('POST', '/short')).toBe('fallback');
    expect(await functionFor('HEAD', '/short')).toBe('fallback');
    expect(await functionFor('OPTIONS', '/short')).toBe('fallback');
    expect(await functionFor('GET', '/short/')).toBe('fallback');
    expect(await functionFor('GET', '/v1')).toBe('fallback');
  });

  test('fills path parameters, greedy ones with slashes', async () => {
    expect(await eventOf({ path: '/v1/documents/contract%2D2026/grants' })).toMatchObject({
      routeKey: 'GET /v1/documents/{documentId}/grants',
      pathParameters: { documentId: 'contract-2026' },
    });
    functions.calls = [];
    expect(await eventOf({ path: '/v1/a/b/c' })).toMatchObject({ pathParameters: { rest: 'a/b/c' } });
    functions.calls = [];
    expect(await eventOf({ path: '/short' })).not.toHaveProperty('pathParameters');
  });

  test('decodes the path before it matches, so an encoded slash separates', async () => {
    expect(await eventOf({ path: '/v1/documents/a%2Fb/grants' })).toMatchObject({
      routeKey: 'ANY /v1/{rest+}',
      rawPath: '/v1/documents/a/b/grants',
      requestContext: { http: { path: '/v1/documents/a/b/grants' } },
    });
  });

  test('refuses a path with broken percent-encoding', async () => {
    expect(await send({ path: '/v1/%E0%A4%A' })).toMatchObject({
      status: 400,
      body: '{"message":"Bad Request"}',
    });
    expect(functions.calls).toEqual([]);
  });

  test('treats OPTIONS like any other method unless CORS is configured', async () => {
    const headers = { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'POST' };
    const answer = await send({ method: 'OPTIONS', path: '/v1/tokens', headers });
    expect(functions.calls[0]?.functionName).toBe('greedy');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });
});
