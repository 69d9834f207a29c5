import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import manifest from '../../../../../../package.json' with { type: 'json' };
import { checkService } from '../../../../../../tools/cli/doctor/service/service-checks.ts';
import { localClient } from '../../../../../../tools/local/stand-ins/aws-account.ts';
import {
  jsonAnswer,
  listenOnLoopback,
  textAnswer,
  type HttpAnswer,
  type LoopbackServer,
} from '../../../../../../tools/local/stand-ins/loopback-server.ts';
import {
  startSecretsManager,
  type LocalSecretsManager,
} from '../../../../../../tools/local/stand-ins/secrets-manager/index.ts';
import { findingOf, made, problemsIn, stageOf } from '../../../../../support/cli/doctor-stage.ts';

const HEALTH = 'the API answers';
const VERSION = 'the version of this checkout';
const KEY = 'has a signing key';
const ROTATION = 'Secrets Manager replaces';

let api: LoopbackServer;
let secretsManager: LocalSecretsManager;
let arn: string;
let answers: Record<string, HttpAnswer>;

beforeEach(async () => {
  answers = {
    '/health': jsonAnswer(200, { status: 'ok', version: manifest.version }),
    '/.well-known/jwks.json': jsonAnswer(200, { keys: [{ kid: 'a' }] }),
  };
  api = await listenOnLoopback(({ path }) => Promise.resolve(answers[path] ?? textAnswer(404, '')));
  secretsManager = await startSecretsManager();
  arn = secretsManager.createSecret('key', '{"state": "none"}');
  secretsManager.setRotationEnabled(arn, true);
});
afterEach(async () => {
  await api.close();
  await secretsManager.close();
});

const checked = async (rotation = 'on', url = api.url) => {
  const stage = stageOf({
    parameters: { rotation },
    aws: { secretsManager: secretsManager.url },
    isLocal: false,
  });
  const deployed = { api: url, tableName: 'table', signingKeySecretArn: arn };
  return (await made(checkService(stage, deployed))).findings;
};

describe('a running service', () => {
  test('is in order with the version of this checkout, a key and its rotation', async () => {
    expect(problemsIn(await checked())).toEqual([]);
    expect(secretsManager.calls('GetSecretValue')).toBe(0);
  });

  test('fails if its API does not answer, or answers with a fault', async () => {
    answers['/health'] = textAnswer(502, '');
    expect(findingOf(await checked(), HEALTH)).toMatchObject({
      outcome: 'failed',
      detail: `GET ${api.url}/health answers 502`,
    });
    const findings = await checked('on', 'http://127.0.0.1:1');
    expect(findingOf(findings, HEALTH).detail).toContain('cannot be reached (ECONNREFUSED)');
    expect(findingOf(findings, VERSION).outcome).toBe('not checked');
    expect(findingOf(findings, KEY).outcome).toBe('not checked');
    expect(findingOf(findings, ROTATION).outcome).toBe('ok');
  });

  test('is warned of if it has another version than this checkout', async () => {
    answers['/health'] = jsonAnswer(200, { status: 'ok', version: '0.0.1' });
    expect(findingOf(await checked(), VERSION)).toMatchObject({
      outcome: 'warning',
      detail: `it has 0.0.1, this checkout ${manifest.version}`,
    });
  });

  test.each([
    ['on', 'npm run keys -- rotate --stage prod'],
    ['off', 'npm run keys -- generate --stage prod'],
  ])(
    'without a key fails, with the command that makes one when rotation is %s',
    async (rotation, command) => {
      answers['/.well-known/jwks.json'] = jsonAnswer(200, { keys: [] });
      secretsManager.setRotationEnabled(arn, rotation === 'on');
      expect(findingOf(await checked(rotation), KEY)).toMatchObject({
        outcome: 'failed',
        cure: expect.stringContaining(command),
      });
    },
  );

  test('with a key set that cannot be read fails', async () => {
    answers['/.well-known/jwks.json'] = textAnswer(500, '');
    expect(findingOf(await checked(), KEY).detail).toContain('answers 500');
  });

  test('fails if rotation is off against the will of the stage, and if it is on against it', async () => {
    expect(findingOf(await checked('off'), ROTATION)).toMatchObject({
      outcome: 'failed',
      cure: expect.stringContaining('cancel-rotate-secret'),
    });
    secretsManager.setRotationEnabled(arn, false);
    expect(findingOf(await checked('on'), ROTATION)).toMatchObject({
      outcome: 'failed',
      cure: expect.stringContaining('aws secretsmanager rotate-secret'),
    });
    expect(findingOf(await checked('off'), ROTATION).outcome).toBe('ok');
  });

  test('is warned of while a rotation is unfinished', async () => {
    const client = new SecretsManagerClient(localClient(secretsManager.url));
    const version = { SecretId: arn, ClientRequestToken: randomUUID(), SecretString: 'x' };
    await client.send(new PutSecretValueCommand({ ...version, VersionStages: ['AWSPENDING'] }));
    client.destroy();
    expect(findingOf(await checked(), ROTATION)).toMatchObject({
      outcome: 'warning',
      cure: expect.stringContaining('npm run keys -- rotate --stage prod'),
    });
  });
});
