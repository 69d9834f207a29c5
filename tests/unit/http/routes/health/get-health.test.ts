import { describe, expect, test } from '@jest/globals';
import { getHealthHandler } from '../../../../../lib/http/routes/health/get-health.ts';
import { createLogger } from '../../../../../lib/runtime/log.ts';
import { apiEvent, lambdaContext } from '../../../../support/http/events.ts';

describe('GET /health', () => {
  test('says that the service is alive, and its version', async () => {
    const handler = getHealthHandler(
      '1.2.3',
      createLogger('error', () => undefined),
    );
    const result = await handler(apiEvent({ route: 'GET /health', claims: null }), lambdaContext());
    expect(result).toMatchObject({ statusCode: 200, body: '{"status":"ok","version":"1.2.3"}' });
  });
});
