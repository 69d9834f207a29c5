import type { Clock } from '../../../lib/runtime/clock.ts';
import type { Milliseconds } from '../../../lib/runtime/time.ts';
import type { StackState, StageStack } from './stage-stack.ts';
import { describeFailures, isUnderWay, nextCommand } from './stack-advice.ts';

/** A change of a stage's stack by the Serverless CLI. */
export interface StackChange {
  readonly stage: string;
  /** The command that makes the change, such as `npm run deploy -- --stage prod`. */
  readonly again: string;
  readonly stack: StageStack;
  readonly clock: Clock;
  /** Is aborted by Ctrl-C, which ends the Serverless CLI too. */
  readonly signal: AbortSignal;
  /** Prints a line for the operator. */
  readonly print: (line: string) => void;
}

/** Says that a change was interrupted, and in which state the stack is. @returns the exit code */
export async function explainInterruption({ again, stack, print }: StackChange): Promise<number> {
  const state = await stack.read();
  if (state === undefined) print(`Interrupted. There is no stack ${stack.name}. Next: ${again}`);
  else if (isUnderWay(state)) {
    print(
      `Interrupted, but CloudFormation continues (${state.status}). To see how it ends: aws cloudformation describe-stacks --stack-name ${stack.name} --region ${stack.region}. Then: ${again}`,
    );
  } else print(`Interrupted. The stack ${stack.name} is ${state.status}. Next: ${again}`);
  return 1;
}

/**
 * Waits until CloudFormation has stopped working on the stack: the Serverless CLI ends at the first failure, while CloudFormation
 * still undoes the others. Then prints the first failure and the next command.
 *
 * @param before - the stack before the change
 * @returns the exit code
 */
export async function explainFailure(before: StackState | undefined, change: StackChange): Promise<number> {
  const { stage, again, stack, print, signal } = change;
  const state = await settled(change);
  for (const line of describeFailures(await stack.failuresSince(before?.newestEvent))) print(line);
  if (signal.aborted) return explainInterruption(change);
  print(nextCommand(state, stack, stage, again));
  return 1;
}

const BETWEEN_READINGS: Milliseconds = 5_000;

async function settled({ stack, print, clock, signal }: StackChange): Promise<StackState | undefined> {
  let state = await stack.read();
  if (state && isUnderWay(state)) print(`Waiting until CloudFormation is done (${state.status}) …`);
  while (state && isUnderWay(state) && !signal.aborted) {
    await clock.sleep(BETWEEN_READINGS, signal);
    state = await stack.read();
  }
  return state;
}
