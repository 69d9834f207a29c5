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

  test.each([
    ['/v1/tokens/', 'A path must not end in a slash. You probably mean /v1/tokens.'],
    ['/v1/tokens//', 'A path must not end in a slash. You probably mean /v1/tokens.'],
    ['/health/', 'A path must not end in a slash. You probably mean /health.'],
    [
      '/v1/documents/7KPSA/grants/',
      'A path must not end in a slash. You probably mean /v1/documents/{documentId}/grants.',
    ],
    ['/v1//tokens', 'A path must not have two slashes in a row. You probably mean /v1/tokens.'],
    ['//v1/tokens/batch', 'A path must not have two slashes in a row. You probably mean /v1/tokens/batch.'],
    ['/V1/Tokens', 'You probably mean /v1/tokens.'],
    ['/v2/tokens', 'You probably mean /v1/tokens.'],
    ['/v1/token', 'You probably mean /v1/tokens.'],
    ['/tokens', 'You probably mean /v1/tokens.'],
    ['/tokens/inspect', 'You probably mean /v1/tokens/inspect.'],
    ['/documents/7KPSA/grants', 'You probably mean /v1/documents/{documentId}/grants.'],
    ['/v1/documents/7KPSA689RP53HB64GKKZX64XFV', 'You probably mean /v1/documents/{documentId}/grants.'],
    ['/v1/documents/7KPSA/grant', 'You probably mean /v1/documents/{documentId}/grants.'],
    ['/v1/revocation/abc', 'You probably mean /v1/revocations/{id}.'],
    ['/v1/backend_tokens', 'You probably mean /v1/backend-tokens.'],
    ['/v1/health', 'You probably mean /health.'],
    ['/.well-known/jwks', 'You probably mean /.well-known/jwks.json.'],
    ['/', 'The API documentation lists all paths.'],
    ['/v1', 'The API documentation lists all paths.'],
    ['/favicon.ico', 'The API documentation lists all paths.'],
    ['/wp-login.php', 'The API documentation lists all paths.'],
    ['/__proto__/', 'The API documentation lists all paths.'],
    [`/v1/tokens${'/'.repeat(5000)}`, 'The API documentation lists all paths.'],
  ])('answers %s with the path that is probably meant', async (path, hint) => {
    const { result } = await fallback(path);
    expect(problemIn(result).detail).toBe(`There is no such path. ${hint}`);
  });

  test('repeats nothing of the request', async () => {
    for (const path of ['/v1/documents/<script>/grants/', '/v1/revocations/<script>/', '/<script>']) {
      expect((await fallback(path)).result.body).not.toContain('script');
    }
  });

  test('names the base path of the domain in front of the path that is probably meant', async () => {
    const { result } = await fallback('/nutrient/tokens/v1/tokens/', 'POST', 'nutrient/tokens');
    expect(problemIn(result).detail).toContain('You probably mean /nutrient/tokens/v1/tokens.');
  });

  test("says at API Gateway's own address that it has no base path", async () => {
    const { result } = await fallback('/nutrient/tokens/v1/tokens', 'POST', 'nutrient/tokens');
    expect(problemIn(result)).toMatchObject({
      status: 404,
      detail: expect.stringContaining('leave it out: /v1/tokens.'),
    });
  });

  test('answers a route that API Gateway did not recognize, such as one with encoded letters, with its plain path', async () => {
    const { result } = await fallback('/v1/tokens', 'POST');
    expect(problemIn(result)).toMatchObject({
      status: 404,
      detail: 'There is no such path. You probably mean /v1/tokens.',
    });
  });

  test('logs its own name, because the request has no operation', async () => {
    const { logged } = await fallback('/v2/tokens');
    expect(logged).toEqual([
      expect.objectContaining({ operation: 'fallback', route: '$default', problem: 'route-not-found' }),
    ]);
  });
});
