import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { checkKmsKeys } from '../../../../../../tools/cli/doctor/aws/kms-keys.ts';
import {
  jsonAnswer,
  type HttpAnswer,
  type LoopbackServer,
} from '../../../../../../tools/local/stand-ins/loopback-server.ts';
import { awsError, startAws } from '../../../../../support/cli/aws-answers.ts';
import { made, stageOf } from '../../../../../support/cli/doctor-stage.ts';

const ARN = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const GOOD = {
  KeyState: 'Enabled',
  KeySpec: 'SYMMETRIC_DEFAULT',
  KeyUsage: 'ENCRYPT_DECRYPT',
  KeyManager: 'CUSTOMER',
};

let kms: LoopbackServer;
let answer: HttpAnswer;
let asked: string[];

beforeEach(async () => {
  asked = [];
  kms = await startAws((operation, body) => {
    asked.push(`${operation} ${body}`);
    return answer;
  });
});
afterEach(async () => {
  await kms.close();
});

const checked = async (
  given: object | HttpAnswer,
  parameters: Readonly<Record<string, string>> = { kmsKeyArn: ARN },
) => {
  answer = 'status' in given ? given : jsonAnswer(200, { KeyMetadata: { ...GOOD, ...given } });
  return (await made(checkKmsKeys(stageOf({ parameters, aws: { kms: kms.url } })))).findings;
};

test('each KMS key of a stage is looked at once, and no data key is made', async () => {
  const findings = await checked({}, { kmsKeyArn: ARN, logsKmsKeyArn: `${ARN}9` });
  expect(findings).toEqual([
    { check: 'the KMS key of "kmsKeyArn" can encrypt', outcome: 'ok', detail: ARN },
    { check: 'the KMS key of "logsKmsKeyArn" can encrypt', outcome: 'ok', detail: `${ARN}9` },
  ]);
  expect(asked).toEqual([
    `TrentService.DescribeKey {"KeyId":"${ARN}"}`,
    `TrentService.DescribeKey {"KeyId":"${ARN}9"}`,
  ]);
});

test('a stage without KMS keys has nothing to check', async () => {
  expect(await checked({}, {})).toEqual([]);
});

test.each<[string, object, string]>([
  ['disabled', { KeyState: 'Disabled' }, 'is in the state Disabled'],
  [
    'about to be deleted',
    { KeyState: 'PendingDeletion', DeletionDate: 1_800_000_000 },
    'will be deleted on 2027-01-15',
  ],
  ['asymmetric', { KeySpec: 'RSA_2048' }, 'is a key RSA_2048 for ENCRYPT_DECRYPT'],
  ['for signatures', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }, 'for SIGN_VERIFY'],
])('a KMS key that is %s fails', async (_how, metadata, detail) => {
  expect(await checked(metadata)).toEqual([
    expect.objectContaining({ outcome: 'failed', detail: expect.stringContaining(detail) }),
  ]);
});

test('a KMS key of AWS is warned of', async () => {
  expect(await checked({ KeyManager: 'AWS' })).toEqual([expect.objectContaining({ outcome: 'warning' })]);
});

test('a KMS key that does not exist fails; one that may not be looked at is not checked', async () => {
  expect(await checked(awsError('NotFoundException'))).toEqual([
    expect.objectContaining({ outcome: 'failed', detail: `there is no key ${ARN}` }),
  ]);
  expect(await checked(awsError('AccessDeniedException'))).toEqual([
    expect.objectContaining({
      outcome: 'not checked',
      detail: 'your AWS credentials may not call kms:DescribeKey',
    }),
  ]);
});
