import { expect, test } from '@jest/globals';
import { serveRuntimeApi } from '../../../benchmarks/lambda-runtime/runtime-api.ts';

test('Without an event the question for one stays open until the API is closed', async () => {
  const asked = Promise.withResolvers<undefined>();
  const api = await serveRuntimeApi(undefined, {
    initialized: () => {
      asked.resolve(undefined);
    },
    answered: () => undefined,
  });
  const question = fetch(`http://${api.address}/2018-06-01/runtime/invocation/next`);
  await asked.promise;
  api.close();
  await expect(question).rejects.toThrow();
});
