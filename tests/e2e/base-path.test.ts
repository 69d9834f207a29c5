import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fallbackHandler } from '../../lib/http/routes/fallback.ts';
import { getHealthHandler } from '../../lib/http/routes/health/get-health.ts';
import type { ApiHandler } from '../../lib/http/routes/route.ts';
import { createLogger } from '../../lib/runtime/log.ts';
import type { HttpServer } from '../../tools/local/stand-ins/api-gateway/index.ts';
import { startDeployedApi } from '../support/api-gateway/deployed-api.ts';
import { sendRaw } from '../support/http/raw-http.ts';

const BASE_PATH = 'nutrient/tokens';
const APP = 'https://app.example.com';

const log = createLogger('error', () => undefined);
const paths: string[] = [];
const health = getHealthHandler('1.2.3', log);
const seen: ApiHandler = (event, context) => {
  paths.push(event.rawPath);
  return health(event, context);
};
let api: HttpServer;

beforeAll(async () => {
  const handlers = { getHealth: seen, fallback: fallbackHandler(log, BASE_PATH) };
  api = await startDeployedApi({ handlers, basePath: BASE_PATH, corsOrigins: [APP] });
});

afterAll(() => api.close());

describe('on a domain with a base path', () => {
  test('a route holds under it, and the function sees the whole path', async () => {
    const answer = await sendRaw(api.url, { path: `/${BASE_PATH}/health` });
    expect(answer).toMatchObject({ status: 200, body: '{"status":"ok","version":"1.2.3"}' });
    expect(paths.at(-1)).toBe(`/${BASE_PATH}/health`);
  });

  test("a route holds under API Gateway's own address without it", async () => {
    expect((await sendRaw(api.url, { path: '/health' })).status).toBe(200);
    expect(paths.at(-1)).toBe('/health');
  });

  test.each([
    ['DELETE', '/health', 405, 'GET, HEAD'],
    ['GET', '/v1/tokens', 405, 'POST'],
    ['GET', '/v2/tokens', 404, undefined],
    ['GET', '/', 404, undefined],
    ['GET', '', 404, undefined],
  ])('%s %s is answered with %i', async (method, path, status, allow) => {
    const answer = await sendRaw(api.url, { method, path: `/${BASE_PATH}${path}` });
    expect(answer.status).toBe(status);
    expect(answer.headers['allow']).toBe(allow);
  });

  test('a preflight request succeeds', async () => {
    const headers = { origin: APP, 'access-control-request-method': 'POST' };
    const request = { method: 'OPTIONS', path: `/${BASE_PATH}/v1/tokens`, headers };
    expect(await sendRaw(api.url, request)).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': APP },
    });
  });
});
