import { DescribeKeyCommand, KMSClient, type KeyMetadata } from '@aws-sdk/client-kms';
import { regionOption, textOf, type CheckedStage } from '../checked-stage.ts';
import { failed, ok, warning, type Finding } from '../finding.ts';
import { nameOf, notAnswered } from './aws-refusal.ts';

/** Checks the stage's own KMS keys: each must exist, be enabled, and encrypt symmetrically. */
export async function* checkKmsKeys(stage: CheckedStage): AsyncGenerator<Finding> {
  const client = new KMSClient(stage.aws.kms);
  try {
    for (const parameter of ['kmsKeyArn', 'logsKmsKeyArn', 'auditKmsKeyArn']) {
      const arn = textOf(stage, parameter);
      if (arn !== undefined) yield await checkKey(client, parameter, arn);
    }
  } finally {
    client.destroy();
  }
}

async function checkKey(client: KMSClient, parameter: string, arn: string): Promise<Finding> {
  const check = `the KMS key of "${parameter}" can encrypt`;
  try {
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: arn }));
    return judge(check, arn, KeyMetadata);
  } catch (error) {
    if (nameOf(error) !== 'NotFoundException') return notAnswered(check, error, 'kms:DescribeKey');
    return failed(
      check,
      `there is no key ${arn}`,
      `Set "${parameter}" to the ARN of a key in the region of the stage.`,
    );
  }
}

function judge(check: string, arn: string, key: Partial<KeyMetadata> = {}): Finding {
  const { KeyState, KeySpec, KeyUsage, KeyManager, DeletionDate } = key;
  if (KeyState === 'PendingDeletion') {
    return failed(
      check,
      `${arn} will be deleted${DeletionDate === undefined ? '' : ` on ${DeletionDate.toISOString().slice(0, 10)}`}`,
      `aws kms cancel-key-deletion ${regionOption(arn)} --key-id ${arn}, then aws kms enable-key ${regionOption(arn)} --key-id ${arn}`,
    );
  }
  if (KeyState !== 'Enabled') {
    return failed(
      check,
      `${arn} is in the state ${KeyState ?? 'unknown'}`,
      `aws kms enable-key ${regionOption(arn)} --key-id ${arn}`,
    );
  }
  if (KeySpec !== 'SYMMETRIC_DEFAULT' || KeyUsage !== 'ENCRYPT_DECRYPT') {
    return failed(
      check,
      `${arn} is a key ${KeySpec ?? ''} for ${KeyUsage ?? ''}`,
      'Secrets Manager and CloudWatch Logs need a symmetric key for encryption (SYMMETRIC_DEFAULT).',
    );
  }
  if (KeyManager === 'AWS') {
    return warning(
      check,
      `${arn} is a key of AWS, whose policy nobody can change`,
      'Leave the parameter out, or make a key of your own.',
    );
  }
  return ok(check, arn);
}
