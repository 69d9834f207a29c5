import { describe, expect, test } from '@jest/globals';
import { accessLogFields } from '../../../../../../tools/local/stand-ins/api-gateway/access-log.ts';
import { startDeployedApi } from '../../../../../support/api-gateway/deployed-api.ts';
import { sendRaw } from '../../../../../support/http/raw-http.ts';

const SECRET = 'c2VjcmV0';

describe('the access log', () => {
  test('fills in the variables of the format, and - for those without a value', () => {
    const format = {
      route: '$context.routeKey',
      why: '$context.authorizer.error',
      id: 'r-$context.requestId',
    };
    expect(accessLogFields(format, { requestId: '7', routeKey: '$default' })).toEqual({
      route: '$default',
      why: '-',
      id: 'r-7',
    });
  });

  test('has one line for each request in the format of serverless.yml, with the reason of a 401 and of a 500, and no secret', async () => {
    const lines: Record<string, unknown>[] = [];
    const api = await startDeployedApi({
      handlers: { getHealth: () => Promise.reject(new RangeError(SECRET)) },
      write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
    });
    const headers = { authorization: `Bearer ${SECRET}` };
    await sendRaw(api.url, { path: `/v1/documents?token=${SECRET}`, headers });
    await sendRaw(api.url, { path: `/health?token=${SECRET}`, headers });
    await api.close();

    const access = lines.filter(({ message }) => message === 'access log');
    expect(access).toEqual([
      expect.objectContaining({
        requestId: expect.stringMatching(/^[\w-]{36}$/),
        route: 'GET /v1/documents',
        status: '401',
        latencyMs: expect.stringMatching(/^\d+$/),
        functionLatencyMs: '-',
        authorizerError: expect.stringContaining('invalid_token'),
        functionError: '-',
      }),
      expect.objectContaining({
        route: 'GET /health',
        status: '500',
        functionLatencyMs: expect.stringMatching(/^\d+$/),
        authorizerError: '-',
        functionError: 'RangeError',
      }),
    ]);
    expect(JSON.stringify(access)).not.toContain(SECRET);
  });
});
