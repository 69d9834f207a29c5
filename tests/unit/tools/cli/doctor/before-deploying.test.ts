import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checksBeforeDeploying, type Finding } from '../../../../../tools/cli/doctor/index.ts';
import { made } from '../../../../support/cli/doctor-stage.ts';

const NOBODY = 'http://127.0.0.1:1';
const VARIABLES = {
  AWS_ENDPOINT_URL: NOBODY,
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  AWS_MAX_ATTEMPTS: '1',
};
const before = new Map(Object.keys(VARIABLES).map((name) => [name, process.env[name]]));

beforeAll(() => {
  Object.assign(process.env, VARIABLES);
});
afterAll(() => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
});

const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:x-AbCdEf';
const PARAMETERS = {
  region: 'eu-central-1',
  issuer: 'https://127.0.0.1:1/',
  audience: 'layermint',
  rotation: 'on',
  documentEngineUrl: 'https://127.0.0.1:1',
  documentEngineApiTokenSecretArn: ARN,
  kmsKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
};

test('every check before a deployment is made or says why not, even if nothing around the stage answers', async () => {
  const { findings } = await made(checksBeforeDeploying('prod', PARAMETERS));
  expect(findings.map(({ check, outcome }) => `${outcome}: ${check}`)).toEqual([
    'failed: the issuer answers with its discovery document',
    'not checked: the issuer names itself as the stage does',
    'not checked: the issuer shows its public keys',
    'not checked: the issuer has a key that API Gateway accepts',
    'not checked: the stage accepts a caller token',
    "not checked: the secret of Document Engine's API token exists",
    'not checked: the KMS key of "kmsKeyArn" can encrypt',
    'failed: Document Engine answers at the address for the functions',
    'not checked: Document Engine is recent enough',
    'not checked: Document Engine accepts its API token',
    'warning: Document Engine keeps the keys of the stage when it restarts',
  ]);
});

test('a failed check and a warning name the cure', async () => {
  const { findings } = await made(checksBeforeDeploying('prod', PARAMETERS, { callerToken: 'opaque' }));
  const uncured = (it: Finding): boolean => ['failed', 'warning'].includes(it.outcome) && !it.cure;
  expect(findings.filter(uncured)).toEqual([]);
});

test('an error of the parameters ends the checks of one subject alone', async () => {
  const { findings } = await made(checksBeforeDeploying('prod', {}));
  expect(findings.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(findings.map(({ check }) => check)).toEqual(
    expect.arrayContaining([
      'everything about the secrets is in order',
      'Document Engine answers at the address for the functions',
    ]),
  );
});
