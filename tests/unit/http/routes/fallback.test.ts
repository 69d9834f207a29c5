import { describe, expect, test } from '@jest/globals';
import { routeKeysOf, ROUTES, type Route } from '../../../../lib/http/routes/catalogue.ts';
import { fallbackHandler } from '../../../../lib/http/routes/fallback.ts';
import { createLogger } from '../../../../lib/runtime/log.ts';
import { apiEvent, lambdaContext, problemIn } from '../../../support/http/events.ts';

describe('$default', () => {
  const fallback = async (path: string, method = 'GET', basePath?: string) => {
    const lines: string[] = [];
    const log = createLogger('info', (line) => lines.push(line));
    const handler = fallbackHandler(log, basePath);
    const event = { ...apiEvent({ route: `${method} ${path}`, claims: null }), routeKey: '$default' };
    const result = await handler(event, lambdaContext());
    return { result, logged: lines.map((line): unknown => JSON.parse(line)) };
  };

  test.each([
    '/',
    '/v1',
    '/v1/tokens/',
    '/v1/tokens/x',
    '/v2/tokens',
    '/V1/tokens',
    '/health/x',
    '/__proto__',
  ])('answers %s with 404', async (path) => {
    const { result } = await fallback(path);
    expect(problemIn(result)).toMatchObject({ status: 404, type: 'urn:layermint:problem:route-not-found' });
  });

  test.each([
    ['GET', '/v1/tokens', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['POST', '/v1/documents/7KPSA/grants', 'GET, PUT, DELETE'],
  ])('answers %s %s with 405 and the allowed methods', async (method, path, allow) => {
    const { result } = await fallback(path, method);
    expect(problemIn(result)).toMatchObject({
      status: 405,
      type: 'urn:layermint:problem:method-not-allowed',
    });
    expect(result.headers).toMatchObject({ allow });
  });

  test.each(
    Object.values<Route>(ROUTES)
      .flatMap(routeKeysOf)
      .map((key) => key.split(' ') as [string, string]),
  )('knows that %s %s is served', async (method, path) => {
    const { result } = await fallback(path.replaceAll(/\{\w+\}/g, 'x'), 'PATCH');
    expect(problemIn(result).status).toBe(405);
    expect(String(result.headers?.['allow']).split(', ')).toContain(method);
  });

  test('answers HEAD without a body', async () => {
    const { result } = await fallback('/v1/documents', 'HEAD');
    expect(result).toMatchObject({ statusCode: 405, headers: { allow: 'GET' } });
    expect(result).not.toHaveProperty('body');
  });

  test.each(['/v1/tokens', '/health', '/v2/tokens', '/'])('answers OPTIONS %s with 204', async (path) => {
    const { result } = await fallback(path, 'OPTIONS');
    expect(result).toEqual({ statusCode: 204, headers: { 'cache-control': 'no-store' } });
  });

  test.each([
    ['/nutrient/tokens/v1/tokens', 405],
    ['/v1/tokens', 405],
    ['/nutrient/tokens/v2/tokens', 404],
    ['/nutrient/tokens', 404],
    ['/nutrient/tokens/', 404],
    ['/nutrient/tokens-2/v1/tokens', 404],
    ['/nutrient/tokens/nutrient/tokens/v1/tokens', 404],
    ['/other/v1/tokens', 404],
  ])('answers %s with %i on a domain with the base path nutrient/tokens', async (path, status) => {
    const { result } = await fallback(path, 'GET', 'nutrient/tokens');
    expect(problemIn(result).status).toBe(status);
  });

  test('logs its own name, because the request has no operation', async () => {
    const { logged } = await fallback('/v2/tokens');
    expect(logged).toEqual([
      expect.objectContaining({ operation: 'fallback', route: '$default', problem: 'route-not-found' }),
    ]);
  });
});
