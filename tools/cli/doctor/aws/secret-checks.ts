import {
  DescribeSecretCommand,
  SecretsManagerClient,
  type DescribeSecretResponse,
} from '@aws-sdk/client-secrets-manager';
import { regionOption, textOf, type CheckedStage } from '../checked-stage.ts';
import { failed, notChecked, ok, warning, type Finding } from '../finding.ts';
import { nameOf, notAnswered } from './aws-refusal.ts';

const API_TOKEN = "the secret of Document Engine's API token exists";
const SIGNING_KEY = 'the secret of the signing key exists';

/** Checks the secrets that the team made itself. It reads their descriptions alone, not their values. */
export async function* checkSecrets(stage: CheckedStage): AsyncGenerator<Finding> {
  const client = new SecretsManagerClient(stage.aws.secretsManager);
  try {
    yield await checkApiTokenSecret(client, stage);
    if (textOf(stage, 'signingKeySecretArn') !== undefined) yield await checkOwnSecret(client, stage);
  } finally {
    client.destroy();
  }
}

async function checkApiTokenSecret(client: SecretsManagerClient, stage: CheckedStage): Promise<Finding> {
  const arn = textOf(stage, 'documentEngineApiTokenSecretArn');
  if (arn === undefined) return notChecked(API_TOKEN, 'the stage names no such secret');
  const secret = await describe(API_TOKEN, client, arn);
  if ('outcome' in secret) return secret;
  if (isAwsManaged(secret.KmsKeyId)) return ok(API_TOKEN, secret.Name);
  return warning(
    API_TOKEN,
    `it is encrypted with the KMS key ${secret.KmsKeyId ?? ''}, with which the functions may not decrypt`,
    `Encrypt it with AWS's own key (aws secretsmanager update-secret ${regionOption(arn)} --secret-id ${arn} --kms-key-id alias/aws/secretsmanager), or let the key's policy allow kms:Decrypt to the functions' roles.`,
  );
}

async function checkOwnSecret(client: SecretsManagerClient, stage: CheckedStage): Promise<Finding> {
  const arn = textOf(stage, 'signingKeySecretArn') ?? '';
  const secret = await describe(SIGNING_KEY, client, arn);
  if ('outcome' in secret) return secret;
  const kmsKeyArn = textOf(stage, 'kmsKeyArn');
  if (isAwsManaged(secret.KmsKeyId)) {
    if (kmsKeyArn === undefined) return ok(SIGNING_KEY, secret.Name);
    return warning(
      SIGNING_KEY,
      'the stage has a "kmsKeyArn", but AWS\'s own key encrypts the secret',
      `Encrypt it with your key: aws secretsmanager update-secret ${regionOption(arn)} --secret-id ${arn} --kms-key-id ${kmsKeyArn}`,
    );
  }
  const key = secret.KmsKeyId ?? '';
  if (kmsKeyArn !== undefined && (key === kmsKeyArn || kmsKeyArn.endsWith(`:key/${key}`)))
    return ok(SIGNING_KEY, secret.Name);
  // An alias can lead to any key, and only KMS knows it.
  if (kmsKeyArn !== undefined && key.includes('alias/'))
    return ok(SIGNING_KEY, `${secret.Name ?? arn}, under ${key}`);
  return failed(
    SIGNING_KEY,
    `the KMS key ${key} encrypts it, and the functions may not decrypt with that key`,
    'Set "kmsKeyArn" to the ARN of this key.',
  );
}

const isAwsManaged = (keyId: string | undefined): boolean =>
  keyId === undefined || keyId === '' || keyId.endsWith('alias/aws/secretsmanager');

/** Reads a secret's description. Returns a finding in its place if the secret is missing, unusable or unreadable. */
async function describe(
  check: string,
  client: SecretsManagerClient,
  arn: string,
): Promise<DescribeSecretResponse | Finding> {
  let secret: DescribeSecretResponse;
  try {
    secret = await client.send(new DescribeSecretCommand({ SecretId: arn }));
  } catch (error) {
    if (nameOf(error) !== 'ResourceNotFoundException')
      return notAnswered(check, error, 'secretsmanager:DescribeSecret');
    return failed(
      check,
      `there is no secret ${arn}`,
      `Copy the whole ARN, with the six characters at its end: aws secretsmanager describe-secret ${regionOption(arn)} --secret-id NAME --query ARN`,
    );
  }
  if (secret.DeletedDate !== undefined) {
    return failed(
      check,
      `${arn} is marked for deletion`,
      `aws secretsmanager restore-secret ${regionOption(arn)} --secret-id ${arn}`,
    );
  }
  if (secret.ARN !== undefined && secret.ARN !== arn) {
    return failed(
      check,
      `its ARN is ${secret.ARN}, the stage has ${arn}`,
      'Copy the whole ARN into infra/stages/stages.yml: the functions are allowed to read the secret of exactly this ARN.',
    );
  }
  const labels = Object.values(secret.VersionIdsToStages ?? {}).flat();
  if (!labels.includes('AWSCURRENT')) {
    return failed(
      check,
      `${arn} has no value yet`,
      `aws secretsmanager put-secret-value ${regionOption(arn)} --secret-id ${arn} --secret-string file://FILE`,
    );
  }
  return secret;
}
