import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkStack } from '../../../../../../tools/cli/doctor/aws/stack-checks.ts';
import {
  type HttpAnswer,
  type LoopbackServer,
} from '../../../../../../tools/local/stand-ins/loopback-server.ts';
import { stackAnswer, stackError, startAws } from '../../../../../support/cli/aws-answers.ts';
import { made, stageOf } from '../../../../../support/cli/doctor-stage.ts';

const OUTPUTS = { ApiUrl: 'https://tokens.example.com/', TableName: 'table', SigningKeySecretArn: 'arn:key' };
const DEPLOYED = { api: 'https://tokens.example.com', tableName: 'table', signingKeySecretArn: 'arn:key' };

let cloudFormation: LoopbackServer;
let answer: HttpAnswer;

beforeEach(async () => {
  cloudFormation = await startAws(() => answer);
});
afterEach(async () => {
  await cloudFormation.close();
});

const checked = (given: HttpAnswer) => {
  answer = given;
  return made(checkStack(stageOf({ aws: { cloudFormation: cloudFormation.url } })));
};

describe('the stack of a stage', () => {
  test('is in order after a deployment, and names its API', async () => {
    const fields = { StackStatus: 'UPDATE_COMPLETE', LastUpdatedTime: '2026-11-26T10:00:00Z' };
    expect(await checked(stackAnswer(fields, OUTPUTS))).toEqual({
      findings: [
        {
          check: 'the stack is deployed',
          outcome: 'ok',
          detail: 'layermint-prod, last deployed 2026-11-26T10:00:00.000Z',
        },
      ],
      result: DEPLOYED,
    });
  });

  test('that does not exist yet is no fault', async () => {
    const missing = stackError('ValidationError', 'Stack with id layermint-prod does not exist');
    for (const given of [missing, stackAnswer({ StackStatus: 'DELETE_COMPLETE' }, {})]) {
      expect(await checked(given)).toEqual({
        findings: [
          expect.objectContaining({ outcome: 'not checked', cure: 'npm run deploy -- --stage prod' }),
        ],
        result: undefined,
      });
    }
  });

  test.each([
    ['ROLLBACK_COMPLETE', 'failed', undefined, 'delete-stack --region us-east-1 --stack-name layermint-prod'],
    ['ROLLBACK_FAILED', 'failed', undefined, 'delete-stack --region us-east-1 --stack-name layermint-prod'],
    ['DELETE_FAILED', 'failed', undefined, 'delete it again'],
    [
      'UPDATE_ROLLBACK_FAILED',
      'failed',
      DEPLOYED,
      'continue-update-rollback --region us-east-1 --stack-name layermint-prod',
    ],
    ['UPDATE_ROLLBACK_COMPLETE', 'warning', DEPLOYED, 'the stack runs as before it'],
    ['UPDATE_IN_PROGRESS', 'warning', DEPLOYED, 'A change is under way'],
    ['CREATE_IN_PROGRESS', 'warning', undefined, 'A change is under way'],
  ])('in the state %s is %s', async (StackStatus, outcome, result, cure) => {
    const fields = { StackStatus, StackStatusReason: 'No such certificate' };
    expect(await checked(stackAnswer(fields, OUTPUTS))).toEqual({
      findings: [
        {
          check: 'the stack is deployed',
          outcome,
          detail: `layermint-prod is in the state ${StackStatus}: No such certificate`,
          cure: expect.stringContaining(cure),
        },
      ],
      result,
    });
  });

  test('of an earlier version lacks an output', async () => {
    const { findings, result } = await checked(
      stackAnswer({ StackStatus: 'CREATE_COMPLETE' }, { ApiUrl: 'x' }),
    );
    expect(findings.map(({ outcome }) => outcome)).toEqual(['ok', 'failed']);
    expect(result).toBeUndefined();
  });

  test('that may not be looked at is not checked', async () => {
    expect((await checked(stackError('AccessDenied', 'not authorized'))).findings).toEqual([
      expect.objectContaining({
        outcome: 'not checked',
        detail: 'your AWS credentials may not call cloudformation:DescribeStacks',
      }),
    ]);
  });
});
