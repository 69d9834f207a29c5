import { describe, expect, test } from '@jest/globals';
import { getHealthHandler } from '../../../../../lib/http/routes/health/get-health.ts';
import { type ApiResult } from '../../../../../lib/http/routes/route.ts';
import { createLogger } from '../../../../../lib/runtime/log.ts';
import { apiEvent, lambdaContext } from '../../../../support/http/events.ts';

const ask = (method: string, headers: Record<string, string> = {}, version = '1.2.3'): Promise<ApiResult> => {
  const handler = getHealthHandler(
    version,
    createLogger('error', () => undefined),
  );
  return handler(apiEvent({ route: `${method} /health`, claims: null, headers }), lambdaContext());
};

describe('GET /health', () => {
  test('says that the service is alive, and its version', async () => {
    expect(await ask('GET')).toMatchObject({ statusCode: 200, body: '{"status":"ok","version":"1.2.3"}' });
  });

  test('can be kept for ten seconds, so that a monitor behind a cache soon notices an outage', async () => {
    expect((await ask('GET')).headers).toMatchObject({
      'cache-control': 'public, max-age=10',
      etag: expect.stringMatching(/^"[\w-]{43}"$/),
      vary: 'Origin',
    });
  });

  test('answers 304 to a client that knows the version, until another one is deployed', async () => {
    const etag = String((await ask('GET')).headers?.['etag']);
    expect(await ask('GET', { 'if-none-match': etag })).toEqual({
      statusCode: 304,
      headers: { 'cache-control': 'public, max-age=10', etag, vary: 'Origin' },
    });
    expect((await ask('GET', { 'if-none-match': etag }, '1.2.4')).statusCode).toBe(200);
  });

  test('answers HEAD with the same headers and no body', async () => {
    const { body, ...same } = await ask('GET');
    expect(body).toContain('1.2.3');
    expect(await ask('HEAD')).toEqual(same);
  });
});
