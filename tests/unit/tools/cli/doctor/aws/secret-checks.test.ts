import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkSecrets } from '../../../../../../tools/cli/doctor/aws/secret-checks.ts';
import {
  startSecretsManager,
  type LocalSecretsManager,
} from '../../../../../../tools/local/stand-ins/secrets-manager/index.ts';
import {
  jsonAnswer,
  type HttpAnswer,
  type LoopbackServer,
} from '../../../../../../tools/local/stand-ins/loopback-server.ts';
import { awsError, startAws } from '../../../../../support/cli/aws-answers.ts';
import { findingOf, made, stageOf } from '../../../../../support/cli/doctor-stage.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:key-AbCdEf';
const KMS = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const API_TOKEN = "the secret of Document Engine's API token";
const SIGNING_KEY = 'the secret of the signing key';

describe('at Secrets Manager', () => {
  let secretsManager: LocalSecretsManager;

  beforeEach(async () => {
    secretsManager = await startSecretsManager();
  });
  afterEach(async () => {
    await secretsManager.close();
  });

  const checked = (parameters: Readonly<Record<string, unknown>>) =>
    made(checkSecrets(stageOf({ parameters, aws: { secretsManager: secretsManager.url } })));

  test('both secrets of a team are found, and neither value is read', async () => {
    const { findings } = await checked({
      documentEngineApiTokenSecretArn: secretsManager.createSecret('token', 'the-token'),
      signingKeySecretArn: secretsManager.createSecret('key', '{"state": "none"}'),
    });
    expect(findings).toEqual([
      { check: `${API_TOKEN} exists`, outcome: 'ok', detail: 'token' },
      { check: `${SIGNING_KEY} exists`, outcome: 'ok', detail: 'key' },
    ]);
    expect(secretsManager.calls('GetSecretValue')).toBe(0);
  });

  test('the secret that the stack makes is not looked for', async () => {
    const { findings } = await checked({
      documentEngineApiTokenSecretArn: secretsManager.createSecret('token', 'the-token'),
    });
    expect(findings).toHaveLength(1);
  });

  test('a secret that does not exist, and one without a value, fail', async () => {
    const { findings } = await checked({
      documentEngineApiTokenSecretArn: ARN,
      signingKeySecretArn: secretsManager.createSecret('empty'),
    });
    expect(findingOf(findings, API_TOKEN)).toMatchObject({
      outcome: 'failed',
      detail: `there is no secret ${ARN}`,
      cure: expect.stringContaining('the six characters at its end'),
    });
    expect(findingOf(findings, SIGNING_KEY).detail).toContain('has no value yet');
  });

  test('an ARN without its last six characters fails, as the roles of the functions name the whole ARN', async () => {
    const arn = secretsManager.createSecret('token', 'the-token');
    const { findings } = await checked({ documentEngineApiTokenSecretArn: arn.slice(0, -7) });
    expect(findingOf(findings, API_TOKEN)).toMatchObject({ outcome: 'failed' });
  });
});

describe('a description of Secrets Manager', () => {
  let server: LoopbackServer;
  let answer: HttpAnswer;
  beforeEach(async () => {
    server = await startAws(() => answer);
  });
  afterEach(async () => {
    await server.close();
  });

  const described = async (
    description: object | HttpAnswer,
    parameters: Readonly<Record<string, unknown>> = {},
  ) => {
    const labels = { VersionIdsToStages: { a: ['AWSCURRENT'] } };
    answer =
      'status' in description
        ? description
        : jsonAnswer(200, { ARN, Name: 'key', ...labels, ...description });
    const all = { documentEngineApiTokenSecretArn: ARN, signingKeySecretArn: ARN, ...parameters };
    return (await made(checkSecrets(stageOf({ parameters: all, aws: { secretsManager: server.url } }))))
      .findings;
  };

  test('of a secret under the KMS key of the stage is in order for the signing key alone', async () => {
    const findings = await described({ KmsKeyId: KMS }, { kmsKeyArn: KMS });
    expect(findingOf(findings, SIGNING_KEY).outcome).toBe('ok');
    expect(findingOf(findings, API_TOKEN)).toMatchObject({
      outcome: 'warning',
      detail: expect.stringContaining('the functions may not decrypt'),
    });
  });

  test.each([KMS, '1234abcd-12ab-34cd-56ef-1234567890ab'])(
    'of a signing key under a KMS key that the stage does not name fails: %s',
    async (KmsKeyId) => {
      expect(findingOf(await described({ KmsKeyId }), SIGNING_KEY)).toMatchObject({
        outcome: 'failed',
        cure: 'Set "kmsKeyArn" to the ARN of this key.',
      });
      expect(findingOf(await described({ KmsKeyId }, { kmsKeyArn: KMS }), SIGNING_KEY).outcome).toBe('ok');
    },
  );

  test("of a signing key under AWS's own key is warned of if the stage names another", async () => {
    const findings = await described({ KmsKeyId: 'alias/aws/secretsmanager' }, { kmsKeyArn: KMS });
    expect(findingOf(findings, SIGNING_KEY).outcome).toBe('warning');
    expect(findingOf(findings, API_TOKEN).outcome).toBe('ok');
  });

  test('with a longer ARN than the stage has fails', async () => {
    expect(findingOf(await described({ ARN: `${ARN}x` }), API_TOKEN)).toMatchObject({
      outcome: 'failed',
      detail: `its ARN is ${ARN}x, the stage has ${ARN}`,
    });
  });

  test('with a date of deletion fails, with the command that ends it', async () => {
    expect(findingOf(await described({ DeletedDate: 1_800_000_000 }), API_TOKEN)).toMatchObject({
      outcome: 'failed',
      cure: `aws secretsmanager restore-secret --region us-east-1 --secret-id ${ARN}`,
    });
  });

  test.each([
    ['AccessDeniedException', 'your AWS credentials may not call secretsmanager:DescribeSecret'],
    ['ExpiredTokenException', 'AWS refuses your credentials (ExpiredTokenException)'],
    ['InternalServiceError', 'AWS did not answer secretsmanager:DescribeSecret (InternalServiceError)'],
  ])('that AWS refuses with %s is not checked', async (code, detail) => {
    expect(findingOf(await described(awsError(code)), API_TOKEN)).toMatchObject({
      outcome: 'not checked',
      detail,
    });
  });

  test('is not checked without AWS, or without credentials', async () => {
    const stage = stageOf({ parameters: { documentEngineApiTokenSecretArn: ARN } });
    expect((await made(checkSecrets(stage))).findings).toEqual([
      expect.objectContaining({
        outcome: 'not checked',
        detail: expect.stringContaining('AWS did not answer secretsmanager:DescribeSecret'),
      }),
    ]);
    const credentials = () =>
      Promise.reject(Object.assign(new Error('None found'), { name: 'CredentialsProviderError' }));
    const secretsManager = { ...stage.aws.secretsManager, credentials };
    const { findings } = await made(checkSecrets({ ...stage, aws: { ...stage.aws, secretsManager } }));
    expect(findings).toEqual([
      expect.objectContaining({ outcome: 'not checked', detail: 'there are no AWS credentials' }),
    ]);
  });
});
