import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as z from 'zod';
import { deployedStage, localStage, SIGNING_FUNCTIONS } from '../../../../../tools/cli/keys/keys-stage.ts';
import {
  listenOnLoopback,
  type LoopbackServer,
} from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { functionFiles } from '../../../../support/template/function-files.ts';
import { startFunctionFront } from '../../../../support/local-stack/function-front.ts';

const STAGES = { default: { region: 'eu-central-1' }, prod: {} };

const ENVIRONMENT = {
  TABLE_NAME: 'table',
  SIGNING_KEY_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:key-AbCdEf',
  JWT_ALGORITHM: 'RS256',
  MAX_TTL_SECONDS: '86400',
  ROTATION_INTERVAL_DAYS: '90',
  DOCUMENT_ENGINE_URL: 'https://documents.example.com',
  DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN:
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:token-AbCdEf',
  LOG_LEVEL: 'info',
  STAGE: 'example',
};

const LOCAL_ENVIRONMENT = {
  ...ENVIRONMENT,
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:2',
};

interface Configuration {
  Environment: { Variables?: Record<string, string> };
  RevisionId: string;
  LastUpdateStatus: 'Successful' | 'InProgress' | 'Failed';
}

let lambda: LoopbackServer;
let functions: Map<string, Configuration>;
/** The requests to Lambda, in order. */
let calls: string[];
/** The number of reads of a function before a change of it is done. */
let looks: number;

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/;
const Update = z.strictObject({
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }),
  RevisionId: z.string(),
});

const VARIABLES = [
  'AWS_ENDPOINT_URL_LAMBDA',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_CONFIG_FILE',
  'AWS_SHARED_CREDENTIALS_FILE',
] as const;
const before = new Map<string, string | undefined>();

beforeEach(async () => {
  calls = [];
  looks = 0;
  functions = new Map(
    ['rotateSigningKey', ...SIGNING_FUNCTIONS].map((name) => [
      `layermint-prod-${name}`,
      { Environment: { Variables: ENVIRONMENT }, RevisionId: 'a', LastUpdateStatus: 'Successful' },
    ]),
  );
  const left = new Map<string, number>();
  lambda = await listenOnLoopback(({ method, path, body }) => {
    const name = PATH.exec(path)?.[1] ?? '';
    calls.push(`${method} ${name}`);
    const found = functions.get(name);
    if (found === undefined)
      return Promise.resolve(answer(404, { Type: 'User', Message: 'Function not found' }));
    if (method === 'PUT') {
      const { Environment, RevisionId } = Update.parse(JSON.parse(body));
      if (RevisionId !== found.RevisionId || found.LastUpdateStatus === 'InProgress')
        return Promise.resolve(answer(409, { Type: 'User', Message: 'Resource conflict' }));
      functions.set(name, { Environment, RevisionId: 'b', LastUpdateStatus: 'InProgress' });
      left.set(name, looks);
    } else if (found.LastUpdateStatus === 'InProgress') {
      const more = left.get(name) ?? 0;
      left.set(name, more - 1);
      if (more <= 0) functions.set(name, { ...found, LastUpdateStatus: 'Successful' });
    }
    return Promise.resolve(answer(200, functions.get(name) ?? {}));
  });
  for (const variable of VARIABLES) before.set(variable, process.env[variable]);
  process.env['AWS_ENDPOINT_URL_LAMBDA'] = lambda.url;
  process.env['AWS_ACCESS_KEY_ID'] = 'a';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'b';
});

afterEach(async () => {
  for (const [variable, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, variable);
    else process.env[variable] = value;
  }
  await lambda.close();
});

const answer = (status: number, body: object) => ({
  status,
  headers: {
    'content-type': 'application/json',
    ...(status === 404 && { 'x-amzn-errortype': 'ResourceNotFoundException' }),
    ...(status === 409 && { 'x-amzn-errortype': 'ResourceConflictException' }),
  },
  body: JSON.stringify(body),
});

test('a deployed stage is found by its rotation function, in the stage’s region', async () => {
  const stage = await deployedStage('prod', STAGES);
  expect(stage.options).toBe('--stage prod');
  expect(stage.environment).toMatchObject({ JWT_ALGORITHM: 'RS256', ROTATION_INTERVAL_DAYS: 90 });
  expect(calls).toEqual(['GET layermint-prod-rotateSigningKey']);
  expect(stage.aws).toEqual({
    dynamoDB: { region: 'eu-central-1' },
    secretsManager: { region: 'eu-central-1' },
  });
});

test('the stage on this machine is reached at its own addresses, with its own credentials', async () => {
  const front = await startFunctionFront(LOCAL_ENVIRONMENT);
  const stage = await localStage(front.port);
  expect(stage).toMatchObject({
    options: `--local --port ${front.port}`,
    environment: { TABLE_NAME: 'table' },
    aws: {
      dynamoDB: { endpoint: 'http://127.0.0.1:1', region: 'us-east-1' },
      secretsManager: {
        endpoint: 'http://127.0.0.1:2',
        credentials: { accessKeyId: 'local', sessionToken: expect.stringMatching(/^[\w-]{43}$/) },
      },
    },
  });
  await front.close();
});

test('finding a stage takes no variable into the environment of this process, and empties the user’s AWS files', async () => {
  const front = await startFunctionFront({
    ...LOCAL_ENVIRONMENT,
    AWS_REGION: 'eu-west-1',
    AWS_PROFILE: 'evil',
    NODE_OPTIONS: '--require /tmp/evil.js',
  });
  const untouched = { ...process.env };
  await deployedStage('prod', STAGES);
  expect({ ...process.env }).toEqual(untouched);
  await localStage(front.port);
  const NO_FILES = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  expect({ ...process.env }).toEqual({ ...untouched, ...NO_FILES });
  await front.close();
});

test('replacing processes changes one variable of each function that signs, and waits until that is done', async () => {
  const stage = await deployedStage('prod', STAGES);
  looks = 1;

  await stage.replaceProcesses();

  for (const name of SIGNING_FUNCTIONS) {
    expect(functions.get(`layermint-prod-${name}`)).toEqual({
      Environment: {
        Variables: { ...ENVIRONMENT, PROCESSES_REPLACED_AT: expect.stringMatching(/^\d{4}-.*Z$/) },
      },
      RevisionId: 'b',
      LastUpdateStatus: 'Successful',
    });
  }
  expect(functions.get('layermint-prod-rotateSigningKey')?.RevisionId).toBe('a');
});

test('a function with an unreadable environment is not changed, as the change would erase it', async () => {
  const stage = await deployedStage('prod', STAGES);
  functions.set('layermint-prod-mintToken', {
    Environment: {},
    RevisionId: 'a',
    LastUpdateStatus: 'Successful',
  });

  await expect(stage.replaceProcesses()).rejects.toThrow(
    'The environment of the function layermint-prod-mintToken cannot be read.',
  );

  expect(calls).not.toContain('PUT layermint-prod-mintToken');
});

test('a stage that is not deployed is named, with the message of Lambda', async () => {
  functions.clear();
  await expect(deployedStage('prod', STAGES)).rejects.toThrow(
    'The function layermint-prod-rotateSigningKey in eu-central-1 cannot be read: Function not found. Is the stage deployed, and by the version of this checkout?',
  );
});

test('a function that cannot be read for another reason leads to the credentials', async () => {
  await lambda.close();
  lambda = await listenOnLoopback(() =>
    Promise.resolve({
      status: 403,
      headers: { 'x-amzn-errortype': 'UnrecognizedClientException' },
      body: JSON.stringify({ message: 'The security token is invalid' }),
    }),
  );
  process.env['AWS_ENDPOINT_URL_LAMBDA'] = lambda.url;

  await expect(deployedStage('prod', STAGES)).rejects.toThrow(
    'The function layermint-prod-rotateSigningKey in eu-central-1 cannot be read: The security token is invalid. To see whose credentials are used: aws sts get-caller-identity',
  );
});

test('a stage that another version has deployed, without the variable STAGE, is to be deployed first', async () => {
  const { STAGE: _stage, ...former } = ENVIRONMENT;
  functions.set('layermint-prod-rotateSigningKey', {
    Environment: { Variables: former },
    RevisionId: 'a',
    LastUpdateStatus: 'Successful',
  });

  await expect(deployedStage('prod', STAGES)).rejects.toThrow(
    'The function layermint-prod-rotateSigningKey does not fit this checkout. Use a checkout of the version that is deployed, or deploy this one: npm run deploy -- --stage prod.',
  );
});

test.each([
  ['test', 'infra/stages/stages.yml has no stage "test". Its stages are prod.'],
  ['prdo', 'infra/stages/stages.yml has no stage "prdo". Did you mean "prod"?'],
  ['default', 'The stage "default" is never deployed. Your own stages in infra/stages/stages.yml are prod.'],
  ['local', 'The stage "local" is never deployed. Your own stages in infra/stages/stages.yml are prod.'],
])('the keys of %s cannot be changed on AWS', async (name, fault) => {
  await expect(deployedStage(name, { ...STAGES, local: {} })).rejects.toThrow(
    `${fault} For the service that npm start runs, use --local.`,
  );
  expect(calls).toEqual([]);
});

test('processes are replaced for every function with a role that may read the signing key, except rotation and the key check', async () => {
  const files = Object.values(await functionFiles());
  const mayRead = files.filter(({ resources }) =>
    JSON.stringify(resources).includes('${self:custom.signingKeySecretArn}'),
  );
  const names = mayRead.flatMap(({ functions }) => Object.keys(functions));
  expect(names.sort()).toEqual(['checkKeys', 'rotateSigningKey', ...SIGNING_FUNCTIONS].sort());
});
