import { hash } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { type ApiEvent, type ApiResult } from '../../../lib/http/routes/route.ts';
import { ENVIRONMENTS, isFunctionName, type FunctionName } from '../../../lib/wiring/environments.ts';
import { apiEvent, lambdaContext } from '../../support/http/events.ts';
import { deployedFunctions, deployedRoutes } from '../../support/template/function-files.ts';

const VALUE = 'the-value-of-the-header';

const ORIGIN_SECRET_SHA256 = JSON.stringify([hash('sha256', VALUE)]);

/** Every variable of the functions. */
const VARIABLES = {
  LOG_LEVEL: 'error',
  STAGE: 'prod',
  HASH_USER_IDS: 'off',
  VERSION: '1.2.3',
  TABLE_NAME: 'table',
  SIGNING_KEY_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:key-AbCdEf',
  JWT_ALGORITHM: 'ES256',
  DOCUMENT_ENGINE_URL: 'https://documents.example.com',
  DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN:
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:token-AbCdEf',
  MAX_TTL_SECONDS: '86400',
  DEFAULT_TTL_SECONDS: '3600',
  PRIVATE_LAYER_PREFIX: 'user:',
  USER_ID_CLAIM: 'sub',
  GROUPS_CLAIM: 'groups',
  SCOPES_CLAIM: '["scope"]',
  NAME_CLAIM: 'name',
  BACKEND_TOKENS_FOR_ANY: 'off',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  CONSOLE_CLIENT_ID: 'a-client',
  CONSOLE_SCOPES: '["openid"]',
  CONSOLE_TOKEN_USE: 'access',
  AUDIT_LOG_REGION: 'eu-central-1',
  AUDIT_LOG_GROUP_NAME: '/layermint/prod/audit',
  ORIGIN_SECRET_SHA256,
};

beforeAll(() => {
  Object.assign(process.env, VARIABLES);
  // Functions that sign begin to fetch the key, and log that they cannot.
  jest.spyOn(SecretsManagerClient.prototype, 'send').mockImplementation(() => {
    throw new TypeError('away');
  });
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterAll(() => {
  jest.restoreAllMocks();
});

const functions = await deployedFunctions();

const ofRoutes = Object.keys(functions)
  .filter(isFunctionName)
  .filter((name) => functions[name]?.events.some(({ httpApi }) => httpApi !== undefined));

interface Loaded {
  readonly handler: (event: ApiEvent, context: Context) => Promise<ApiResult>;
}

/** Loads a function as Lambda does. */
async function load(name: FunctionName): Promise<Loaded['handler']> {
  const [path = ''] = functions[name]?.handler.split('.') ?? [];
  return ((await import(`../../../${path}.ts`)) as Loaded).handler;
}

const FORBIDDEN = { statusCode: 403, body: '{"message":"Forbidden"}' };

describe('a request that reaches API Gateway around CloudFront and its web ACL', () => {
  test.each(ofRoutes)('gets nothing from the function %s', async (name) => {
    const handler = await load(name);
    for (const headers of [{}, { 'x-layermint-origin': 'guess' }])
      expect(await handler(apiEvent({ headers }), lambdaContext())).toMatchObject(FORBIDDEN);
  });

  test('gets nothing from any route, /health and the public keys included', async () => {
    const routes = await deployedRoutes();
    expect(routes.length).toBeGreaterThan(10);
    expect(ofRoutes).toEqual(
      expect.arrayContaining(['getHealth', 'getKeys', 'getConsole', 'fallback', 'mintToken']),
    );
  });

  test.each(Object.keys(ENVIRONMENTS).filter(isFunctionName))(
    'is for %s to tell, if the API invokes it',
    (name) => {
      const isOfApi = ofRoutes.includes(name) || name === 'authorizeCaller';
      expect('ORIGIN_SECRET_SHA256' in ENVIRONMENTS[name].shape).toBe(isOfApi);
    },
  );

  test('has no token verified, so that it cannot make the authorizer fetch keys', async () => {
    const { handlerOf } = await import('../../../lib/wiring/authorize-caller.ts');
    const authorize = handlerOf({
      LOG_LEVEL: 'error',
      HASH_USER_IDS: 'off',
      STAGE: 'prod',
      ISSUERS: [],
      ORIGIN_SECRET_SHA256: [hash('sha256', VALUE)],
    });
    expect(await authorize({ identitySource: ['Bearer x.y.z'], headers: {} })).toEqual({
      isAuthorized: false,
    });
    const through = { identitySource: ['Bearer x.y.z'], headers: { 'x-layermint-origin': VALUE } };
    await expect(authorize(through)).rejects.toThrow('Unauthorized');
  });
});

describe('a request through CloudFront', () => {
  test('is served', async () => {
    const health = await load('getHealth');
    const event = apiEvent({ route: 'GET /health', claims: null, headers: { 'x-layermint-origin': VALUE } });
    expect(await health(event, lambdaContext())).toMatchObject({ statusCode: 200 });
  });

  test('is served by a stage without the check, with any header and with none', async () => {
    const { handlerOf } = await import('../../../lib/wiring/get-health.ts');
    const health = handlerOf({ LOG_LEVEL: 'error', STAGE: 'prod', HASH_USER_IDS: 'off', VERSION: '1' });
    const event = apiEvent({ route: 'GET /health', claims: null });
    expect(await health(event, lambdaContext())).toMatchObject({ statusCode: 200 });
  });
});
