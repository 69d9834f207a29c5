import {
  CloudFormationClient,
  DescribeStacksCommand,
  type Stack,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { stackName } from '../../../../infra/stages/stages.ts';
import { textOf, type CheckedStage, type Deployed } from '../checked-stage.ts';
import { failed, notChecked, ok, warning, type Finding } from '../finding.ts';
import { nameOf, notAnswered } from './aws-refusal.ts';

const STACK = 'the stack is deployed';

/**
 * Checks the stage's CloudFormation stack.
 *
 * @returns its outputs; undefined if it is not deployed, or cannot be read
 */
export async function* checkStack(stage: CheckedStage): AsyncGenerator<Finding, Deployed | undefined> {
  const name = stackName(stage.name);
  const client = new CloudFormationClient(stage.aws.cloudFormation);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const [stack] = Stacks ?? [];
    if (stack === undefined) {
      yield notDeployed(stage);
      return undefined;
    }
    const { finding, hasOutputs } = judge(name, stage, stack);
    yield finding;
    const deployed = hasOutputs ? outputsOf(stack) : undefined;
    if (hasOutputs && deployed === undefined) {
      yield failed(
        'the stack names the API, the table and the secret',
        'its outputs lack ApiUrl, TableName or SigningKeySecretArn',
        `Deploy this checkout: npm run deploy -- --stage ${stage.name}`,
      );
    }
    return deployed;
  } catch (error) {
    yield isMissing(error) ? notDeployed(stage) : notAnswered(STACK, error, 'cloudformation:DescribeStacks');
    return undefined;
  } finally {
    client.destroy();
  }
}

/** Recognises CloudFormation's answer for a stack that does not exist. It has no error code of its own. */
const isMissing = (error: unknown): boolean =>
  nameOf(error) === 'ValidationError' && error instanceof Error && error.message.includes('does not exist');

const notDeployed = ({ name }: CheckedStage): Finding =>
  notChecked(STACK, 'there is no such stack yet', `npm run deploy -- --stage ${name}`);

/** The meaning of a state of a stack. */
interface State {
  readonly outcome: 'ok' | 'warning' | 'failed' | 'absent';
  /** True if the stack has the outputs of its last complete deployment. */
  readonly hasOutputs: boolean;
  /** @param stack - options of the AWS CLI that name it @param deploy - the command that deploys the stage */
  readonly cure?: (stack: string, deploy: string) => string;
}

const RUNS: State = { outcome: 'ok', hasOutputs: true };

const ROLLED_BACK: State = {
  outcome: 'warning',
  hasOutputs: true,
  cure: (_stack, deploy) =>
    `The last change failed, and the stack runs as before it. See the events of the stack, correct the cause, then ${deploy}`,
};

const NEVER_RAN: State = {
  outcome: 'failed',
  hasOutputs: false,
  cure: (stack, deploy) =>
    `The first deployment failed. See the events of the stack, correct the cause, delete the stack (aws cloudformation delete-stack ${stack}), then ${deploy}`,
};

const STUCK: State = {
  outcome: 'failed',
  hasOutputs: true,
  cure: (stack, deploy) =>
    `See the events of the stack. aws cloudformation continue-update-rollback ${stack}, then ${deploy}`,
};

const NOT_DELETED: State = {
  outcome: 'failed',
  hasOutputs: false,
  cure: (stack) =>
    `See the events of the stack, and delete it again: aws cloudformation delete-stack ${stack}`,
};

/** The states in which a stack stays (AWS CloudFormation user guide, "Stack status codes"). In any other, a change is under way. */
const STATES: Readonly<Partial<Record<StackStatus, State>>> = {
  CREATE_COMPLETE: RUNS,
  UPDATE_COMPLETE: RUNS,
  IMPORT_COMPLETE: RUNS,
  UPDATE_ROLLBACK_COMPLETE: ROLLED_BACK,
  IMPORT_ROLLBACK_COMPLETE: ROLLED_BACK,
  CREATE_FAILED: NEVER_RAN,
  ROLLBACK_COMPLETE: NEVER_RAN,
  ROLLBACK_FAILED: NEVER_RAN,
  UPDATE_FAILED: STUCK,
  UPDATE_ROLLBACK_FAILED: STUCK,
  IMPORT_ROLLBACK_FAILED: STUCK,
  DELETE_COMPLETE: { outcome: 'absent', hasOutputs: false },
  DELETE_FAILED: NOT_DELETED,
};

function judge(
  name: string,
  stage: CheckedStage,
  stack: Stack,
): { readonly finding: Finding; readonly hasOutputs: boolean } {
  const { StackStatus: status = 'DELETE_COMPLETE', StackStatusReason: reason } = stack;
  const detail = `${name} is in the state ${status}${reason === undefined ? '' : `: ${reason}`}`;
  const { outcome, hasOutputs, cure } = STATES[status] ?? {
    outcome: 'warning',
    hasOutputs: status.startsWith('UPDATE'),
    cure: () => 'A change is under way. Run the command again after it.',
  };
  const options = `--region ${textOf(stage, 'region') ?? ''} --stack-name ${name}`;
  const cured = cure?.(options, `npm run deploy -- --stage ${stage.name}`) ?? '';
  switch (outcome) {
    case 'ok':
      return { finding: ok(STACK, `${name}, ${lastChange(stack)}`), hasOutputs };
    case 'absent':
      return { finding: notDeployed(stage), hasOutputs };
    case 'warning':
      return { finding: warning(STACK, detail, cured), hasOutputs };
    case 'failed':
      return { finding: failed(STACK, detail, cured), hasOutputs };
  }
}

function lastChange({ LastUpdatedTime, CreationTime, StackStatus }: Stack): string {
  const at = LastUpdatedTime ?? CreationTime;
  return at === undefined ? (StackStatus ?? '') : `last deployed ${at.toISOString()}`;
}

function outputsOf(stack: Stack): Deployed | undefined {
  const output = (key: string): string | undefined =>
    stack.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
  const [api, tableName, signingKeySecretArn] = ['ApiUrl', 'TableName', 'SigningKeySecretArn'].map(output);
  return api === undefined || tableName === undefined || signingKeySecretArn === undefined
    ? undefined
    : { api: api.replace(/\/$/, ''), tableName, signingKeySecretArn };
}
