import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { type Stack, startStack } from '../../tools/local/stack/stack.ts';
import { ManualClock, NOON } from '../support/runtime/clock.ts';

// A start takes seconds, and more on a busy machine.
jest.setTimeout(300_000);

const clock = new ManualClock();
const calls: { functionName: string; environment: Readonly<Record<string, string>> }[] = [];
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    port: 0,
    logLevel: 'error',
    clock,
    invoke: async (functionName, _event, environment) => {
      calls.push({ functionName, environment });
      return Promise.resolve({ statusCode: 204 });
    },
  });
});
afterAll(async () => {
  await stack.close();
});

const call = async (): Promise<number> => {
  const headers = { authorization: `Bearer ${stack.callers['alice']?.token ?? ''}` };
  return (await fetch(`${stack.api}/v1/tokens`, { method: 'POST', headers })).status;
};

test('The stack runs functions in the caller’s process, with their deployed environment', async () => {
  expect(await call()).toBe(204);
  expect(calls[0]).toMatchObject({
    functionName: 'mintToken',
    environment: {
      TABLE_NAME: 'layermint-local-Table',
      SIGNING_KEY_SECRET_ARN: expect.stringMatching(/^arn:aws:secretsmanager:/),
      DOCUMENT_ENGINE_URL: stack.documentEngine,
      JWT_ALGORITHM: 'ES256',
      LOG_LEVEL: 'error',
      STAGE: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: stack.dynamoDB,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: stack.secretsManager,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: stack.logs.url,
    },
  });
});

test('The stack’s issuer and authorizer use the given clock', async () => {
  expect(decodeJwt(stack.callers['alice']?.token ?? '')).toMatchObject({
    iat: NOON,
    exp: NOON + 8 * 60 * 60,
  });
  clock.advance(8 * 60 * 60 * 1000 - 1);
  expect(await call()).toBe(204);
  clock.advance(1);
  expect(await call()).toBe(401);
});
