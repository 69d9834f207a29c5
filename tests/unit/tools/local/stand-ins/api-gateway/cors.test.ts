import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../../../../lib/runtime/clock.ts';
import { createLogger } from '../../../../../../lib/runtime/log.ts';
import { startGateway } from '../../../../../../tools/local/stand-ins/api-gateway/index.ts';
import { functions, send, useGateway } from '../../../../../support/api-gateway/gateway-under-test.ts';
import { sendRaw, type RawResponse } from '../../../../../support/http/raw-http.ts';

useGateway({
  allowedOrigins: ['https://app.example.com', 'capacitor://*'],
  allowedHeaders: ['Authorization', 'Content-Type'],
  allowedMethods: ['GET', 'POST'],
  exposedResponseHeaders: ['Retry-After', 'WWW-Authenticate'],
  maxAge: 600,
});

describe('CORS', () => {
  const origin = 'https://app.example.com';
  const preflight = (from: string, path = '/v1/tokens'): Promise<RawResponse> =>
    send({
      method: 'OPTIONS',
      path,
      headers: { Origin: from, 'Access-Control-Request-Method': 'POST' },
    });

  test('adds the headers of a preflight to the answer of the route that takes it, and keeps its status', async () => {
    functions.respond = () => ({ statusCode: 405 });
    const answer = await preflight(origin);
    expect(answer.status).toBe(405);
    expect(functions.calls[0]?.functionName).toBe('greedy');
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'Authorization,Content-Type',
      'access-control-max-age': '600',
    });
  });

  test('answers a preflight itself only if no route takes it', async () => {
    const cors = {
      allowedOrigins: [origin],
      allowedHeaders: ['Authorization'],
      allowedMethods: ['GET'],
      allowCredentials: false,
      exposedHeaders: [],
      maxAge: undefined,
    };
    const options = { port: 0, clock: systemClock, log: createLogger('error', () => undefined) };
    const invoke = () => Promise.reject(new Error('No function may be called'));
    const routes = [{ key: 'GET /short', functionName: 'short' }];
    const alone = await startGateway({ ...options, invoke, api: { routes, authorizers: {}, cors } });
    const headers = { origin, 'access-control-request-method': 'GET' };
    const [preflighted, other] = await Promise.all(
      [headers, { origin }].map((sent) =>
        sendRaw(alone.url, { method: 'OPTIONS', path: '/short', headers: sent }),
      ),
    );
    await alone.close();
    expect(preflighted).toMatchObject({ status: 204, headers: { 'access-control-allow-methods': 'GET' } });
    expect(other?.status).toBe(404);
  });

  test('adds no headers for an origin that is not allowed', async () => {
    const answer = await preflight('https://evil.example.com');
    expect(answer.status).toBe(204);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('accepts every origin of a scheme that is allowed as a whole', async () => {
    expect((await preflight('capacitor://localhost')).headers).toMatchObject({
      'access-control-allow-origin': 'capacitor://localhost',
    });
  });

  test('adds its headers to every answer, also to the authorizer’s refusals, and replaces the function’s', async () => {
    functions.respond = () => ({
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': '*', 'Retry-After': '1' },
    });
    for (const path of ['/short', '/v1/scoped']) {
      const { headers } = await send({ path, headers: { Origin: origin } });
      expect(headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'Retry-After,WWW-Authenticate',
      });
    }
    const { headers } = await send({ path: '/short' });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
});
