import { expect, test } from '@jest/globals';
import { ROUTES } from '../../../../lib/http/routes/catalogue.ts';
import { dispatch } from '../../../../lib/http/routes/dispatch.ts';
import { apiEvent, lambdaContext } from '../../../support/http/events.ts';

const routes = dispatch(
  [ROUTES.mintToken, () => Promise.resolve({ statusCode: 201 })],
  [ROUTES.mintTokens, () => Promise.resolve({ statusCode: 202 })],
);

test('a request goes to the route that API Gateway matched, not to that of its path', async () => {
  const event = { ...apiEvent({ route: 'POST /v1/tokens/batch' }), rawPath: '/v1/tokens' };
  expect(await routes(event, lambdaContext())).toEqual({ statusCode: 202 });
});

test.each(['POST /v1/tokens/inspect', 'constructor', '$default'])(
  'a request for %s fails, as it was never deployed',
  async (route) => {
    await expect(routes(apiEvent({ route }), lambdaContext())).rejects.toThrow(
      `serverless.yml sends ${route}`,
    );
  },
);
