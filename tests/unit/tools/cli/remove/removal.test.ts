import { describe, expect, test } from '@jest/globals';
import type { StackState } from '../../../../../tools/cli/deploy/stage-stack.ts';
import { inventoryOf, type DeployedResource } from '../../../../../tools/cli/remove/inventory.ts';
import { remove } from '../../../../../tools/cli/remove/removal.ts';
import { impatient, ManualClock } from '../../../../support/runtime/clock.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:SigningKeySecret-AbCdEf';

const RESOURCES: readonly DeployedResource[] = [
  {
    logicalId: 'MintTokenLogGroup',
    type: 'AWS::Logs::LogGroup',
    name: '/aws/lambda/layermint-prod-mintToken',
  },
  { logicalId: 'Table', type: 'AWS::DynamoDB::Table', name: 'layermint-prod-Table-1' },
  { logicalId: 'SigningKeySecret', type: 'AWS::SecretsManager::Secret', name: ARN },
  { logicalId: 'MintTokenLambdaFunction', type: 'AWS::Lambda::Function', name: 'layermint-prod-mintToken' },
  { logicalId: 'MintTokenRole', type: 'AWS::IAM::Role', name: 'layermint-prod-MintTokenRole-1' },
  { logicalId: 'ServerlessDeploymentBucket', type: 'AWS::S3::Bucket', name: 'the-bucket' },
  { logicalId: 'HttpApi', type: 'AWS::ApiGatewayV2::Api', name: 'abc' },
];

/** Makes a template in which these resources have a deletion policy. */
const templateWith = (policy: string, ...kept: readonly string[]): string =>
  JSON.stringify({
    Resources: Object.fromEntries(
      RESOURCES.map(({ logicalId }) => [
        logicalId,
        kept.includes(logicalId) ? { DeletionPolicy: policy } : {},
      ]),
    ),
  });

const DEPLOYED: StackState = {
  ...{ status: 'UPDATE_COMPLETE', newestEvent: 'newest', isProtected: false },
  outputs: {
    ApiUrl: 'https://tokens.example.com',
    TableName: 'layermint-prod-Table-1',
    SigningKeySecretArn: ARN,
  },
};

async function outcomeOf({
  states = [DEPLOYED] as readonly (StackState | undefined)[],
  template = templateWith('RetainExceptOnCreate', 'Table', 'SigningKeySecret', 'MintTokenLogGroup'),
  answer = 'prod',
  succeeds = true,
} = {}) {
  const lines: string[] = [];
  const left = [...states];
  let runs = 0;
  const exitCode = await remove({
    ...{ stage: 'prod', again: 'npm run remove -- --stage prod', signal: new AbortController().signal },
    clock: impatient(new ManualClock()),
    stack: {
      ...{ name: 'layermint-prod', region: 'eu-central-1' },
      read: () => Promise.resolve(left.length > 1 ? left.shift() : left[0]),
      failuresSince: () =>
        Promise.resolve([{ resource: 'Bucket', type: 'AWS::S3::Bucket', reason: 'not empty' }]),
    },
    readInventory: () => Promise.resolve(inventoryOf(template, RESOURCES)),
    ask: () => Promise.resolve(answer),
    runServerless: () => {
      runs += 1;
      return Promise.resolve(succeeds);
    },
    print: (line) => lines.push(line),
  });
  return { exitCode, lines, text: lines.join('\n'), runs };
}

describe('A removal', () => {
  test('says what stays and what goes by the policies of the deployed stack, and how to end the rest', async () => {
    const { exitCode, lines, runs } = await outcomeOf();

    expect([exitCode, runs]).toEqual([0, 1]);
    const [stays, goes] = [lines.indexOf('Stays:'), lines.indexOf('Goes:')];
    expect(lines.slice(stays + 1, goes)).toEqual([
      '  the table layermint-prod-Table-1',
      `  the secret of the signing key ${ARN}`,
      '  1 log groups',
    ]);
    expect(lines.slice(goes + 1, goes + 3)).toEqual([
      '  the bucket with the packages, without which there is no rollback: the-bucket',
      '  1 functions, 1 roles, 1 others',
    ]);
    expect(lines.join('\n')).toContain('Document Engine keeps accepting the tokens');
    expect(lines.slice(lines.indexOf('These stay:') + 1)).toEqual([
      '  A new stage uses the table with the parameter tableName: layermint-prod-Table-1',
      '  To delete it: aws dynamodb delete-table --table-name layermint-prod-Table-1 --region eu-central-1',
      `  A new stage uses the secret with the parameter signingKeySecretArn: ${ARN}`,
      `  To delete it: aws secretsmanager delete-secret --secret-id ${ARN} --region eu-central-1`,
      '  To delete the log groups:',
      '  aws logs delete-log-group --log-group-name /aws/lambda/layermint-prod-mintToken --region eu-central-1',
    ]);
  });

  test('says that the grants go if the policy is Delete', async () => {
    const { text } = await outcomeOf({ template: templateWith('Delete', 'Table') });

    expect(text).toContain('Nothing stays.');
    expect(text).toContain('All grants go with the table.');
  });

  test('leaves a table and a secret of your own', async () => {
    const outputs = { ...DEPLOYED.outputs, TableName: 'adopted', SigningKeySecretArn: 'arn:own' };
    const { text } = await outcomeOf({ states: [{ ...DEPLOYED, outputs }] });

    expect(text).toContain('the table adopted, which is not part of the stack');
    expect(text).toContain('the secret of the signing key arn:own, which is not part of the stack');
  });

  test.each(['', 'pro', 'PROD', 'yes'])('does nothing if "%s" was typed for the name', async (answer) => {
    const { exitCode, text, runs } = await outcomeOf({ answer });

    expect([exitCode, runs]).toEqual([1, 0]);
    expect(text).toContain('Nothing was removed');
  });

  test('does nothing to a protected stack, and says how to end the protection', async () => {
    const { exitCode, text, runs } = await outcomeOf({ states: [{ ...DEPLOYED, isProtected: true }] });

    expect([exitCode, runs]).toEqual([1, 0]);
    expect(text).toContain("Set deletionProtection: 'off'");
  });

  test('does nothing while CloudFormation works on the stack', async () => {
    const { exitCode, runs } = await outcomeOf({ states: [{ ...DEPLOYED, status: 'UPDATE_IN_PROGRESS' }] });

    expect([exitCode, runs]).toEqual([1, 0]);
  });

  test.each(['ROLLBACK_COMPLETE', 'DELETE_FAILED', 'UPDATE_ROLLBACK_FAILED', 'REVIEW_IN_PROGRESS'])(
    'removes a stack that is %s',
    async (status) => {
      expect((await outcomeOf({ states: [{ ...DEPLOYED, status }] })).runs).toBe(1);
    },
  );

  test('has nothing to do without a stack', async () => {
    expect(await outcomeOf({ states: [undefined] })).toMatchObject({ exitCode: 0, runs: 0 });
  });

  test('that fails names the first failure and the command that continues', async () => {
    const { exitCode, lines } = await outcomeOf({
      states: [
        DEPLOYED,
        { ...DEPLOYED, status: 'DELETE_IN_PROGRESS' },
        { ...DEPLOYED, status: 'DELETE_FAILED' },
      ],
      succeeds: false,
    });

    expect(exitCode).toBe(1);
    expect(lines).toContain('First failure: Bucket (AWS::S3::Bucket): not empty');
    expect(lines.at(-1)).toContain('Continue: npm run remove -- --stage prod');
  });
});
