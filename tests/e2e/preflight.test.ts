import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTES } from '../../lib/http/routes/catalogue.ts';
import { fallbackHandler } from '../../lib/http/routes/fallback.ts';
import { createLogger } from '../../lib/runtime/log.ts';
import type { HttpServer } from '../../tools/local/stand-ins/api-gateway/index.ts';
import { startDeployedApi } from '../support/api-gateway/deployed-api.ts';
import { sendRaw, type RawResponse } from '../support/http/raw-http.ts';

const APP = 'https://app.example.com';
const OTHER = 'https://other.example.com';

const handlers = { fallback: fallbackHandler(createLogger('error', () => undefined)) };
let withOrigins: HttpServer;
let withoutOrigins: HttpServer;

beforeAll(async () => {
  [withOrigins, withoutOrigins] = await Promise.all([
    startDeployedApi({ handlers, corsOrigins: [APP] }),
    startDeployedApi({ handlers }),
  ]);
});

afterAll(async () => {
  await Promise.all([withOrigins.close(), withoutOrigins.close()]);
});

const preflight = (api: HttpServer, path: string, origin: string, method = 'POST'): Promise<RawResponse> =>
  sendRaw(api.url, {
    method: 'OPTIONS',
    path,
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type',
    },
  });

/** Every path of the API once, with a method that it serves. */
const PATHS = Object.values(ROUTES).map(({ key }) => {
  const [method = '', path = ''] = key.split(' ');
  return [method, path.replaceAll(/\{\w+\}/g, 'x')] as const;
});

const corsHeadersOf = ({ headers }: RawResponse): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

describe('a preflight request, through the function that API Gateway sends it to', () => {
  test.each(PATHS)('lets an app of the stage send %s %s', async (method, path) => {
    const answer = await preflight(withOrigins, path, APP, method);

    expect(answer).toMatchObject({
      status: 204,
      body: '',
      headers: { 'access-control-allow-origin': APP, 'access-control-max-age': '3600' },
    });
    expect(answer.headers['access-control-allow-methods']?.split(',')).toContain(method);
    expect(answer.headers['access-control-allow-headers']?.toLowerCase().split(',')).toEqual(
      expect.arrayContaining(['authorization', 'content-type']),
    );
  });

  test('of an unknown origin gets no CORS header', async () => {
    const answer = await preflight(withOrigins, '/v1/tokens', OTHER);

    expect(answer.status).toBe(204);
    expect(corsHeadersOf(answer)).toEqual([]);
  });

  test('for an unknown path succeeds, so that the page can read the 404', async () => {
    expect(await preflight(withOrigins, '/v2/tokens', APP)).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': APP },
    });
    expect(await sendRaw(withOrigins.url, { path: '/v2/tokens', headers: { origin: APP } })).toMatchObject({
      status: 404,
      headers: { 'access-control-allow-origin': APP },
    });
  });

  test.each(['/v1/tokens', '/v2/tokens'])(
    'of a stage without corsOrigins gets no CORS header on %s',
    async (path) => {
      const answer = await preflight(withoutOrigins, path, APP);

      expect(answer.status).toBe(204);
      expect(corsHeadersOf(answer)).toEqual([]);
    },
  );

  test('needs no token', async () => {
    const answer = await sendRaw(withOrigins.url, { method: 'OPTIONS', path: '/v1/tokens' });

    expect(answer.status).toBe(204);
    expect(corsHeadersOf(answer)).toEqual([]);
  });
});
