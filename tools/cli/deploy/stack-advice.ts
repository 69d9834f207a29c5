import type { StackFailure, StackState, StageStack } from './stage-stack.ts';

/** CloudFormation works on the stack. (A stack in review was never created.) */
export function isUnderWay({ status }: Pick<StackState, 'status'>): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/** Statuses of a stack that was never there as a whole. It holds the bucket for the zips at most. */
const NEVER_CREATED: readonly string[] = [
  'REVIEW_IN_PROGRESS',
  'CREATE_FAILED',
  'ROLLBACK_COMPLETE',
  'ROLLBACK_FAILED',
];

/**
 * Says how to continue with a stack that CloudFormation does not update in its present status.
 *
 * @returns undefined if it can be updated
 */
export function obstacleOf(
  { status }: Pick<StackState, 'status'>,
  { name, region }: Pick<StageStack, 'name' | 'region'>,
  stage: string,
): string | undefined {
  if (isUnderWay({ status })) {
    return `CloudFormation is working on the stack ${name} (${status}): another deployment, or the end of an earlier one. Wait until it is done: aws cloudformation describe-stacks --stack-name ${name} --region ${region}`;
  }
  if (NEVER_CREATED.includes(status)) {
    return `The stack ${name} was never complete (${status}) and holds no data. Remove it, then deploy again: npm run remove -- --stage ${stage}`;
  }
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    return `CloudFormation could not undo an earlier update of the stack ${name} (${status}). Correct the cause that its events name, then: aws cloudformation continue-update-rollback --stack-name ${name} --region ${region}`;
  }
  if (status === 'DELETE_FAILED') {
    return `CloudFormation could not delete all of the stack ${name} (${status}). Continue: npm run remove -- --stage ${stage}`;
  }
  return undefined;
}

/**
 * Describes the state of a stack after a change of it that failed, and names the next command.
 *
 * @param state - undefined if there is no stack
 * @param again - the command that makes the change
 */
export function nextCommand(
  state: StackState | undefined,
  stack: Pick<StageStack, 'name' | 'region'>,
  stage: string,
  again: string,
): string {
  if (state === undefined) return `There is no stack ${stack.name}. Correct the fault above, then: ${again}`;
  const obstacle = obstacleOf(state, stack, stage);
  if (obstacle !== undefined) return obstacle;
  return `The stack ${stack.name} is as it was before (${state.status}). Correct the fault, then: ${again}`;
}

/** The failures that are printed. The first one is the cause of most others. */
const MAX_LISTED = 5;

/** Describes failures, one line each. */
export function describeFailures(failures: readonly StackFailure[]): string[] {
  const lines = failures
    .slice(0, MAX_LISTED)
    .map(
      ({ resource, type, reason }, at) =>
        `${at === 0 ? 'First failure' : 'Then         '}: ${resource} (${type}): ${reason}`,
    );
  const more = failures.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}
