import type { Clock } from '../../../lib/runtime/clock.ts';
import type { Milliseconds } from '../../../lib/runtime/time.ts';
import type { Finding } from '../doctor/index.ts';
import { firstKey, type KeyState } from './first-key.ts';
import type { StackState, StageStack } from './stack.ts';
import { describeFailures, isUnderWay, nextCommand, obstacleOf } from './stack-advice.ts';

/** A deployment, and the functions that it calls. */
export interface Deployment {
  readonly stage: string;
  /** True if Secrets Manager makes the stage's keys. */
  readonly rotates: boolean;
  /** The checks of the systems around the stage, before anything is changed; undefined to skip them. */
  readonly checks: AsyncIterable<Finding> | undefined;
  readonly stack: StageStack;
  /** Prepares the stack. @returns the reason, with the way out, if the stage cannot be deployed now */
  readonly prepare: () => Promise<string | undefined>;
  /** Runs the Serverless CLI. @returns whether it succeeded */
  readonly runServerless: () => Promise<boolean>;
  /** Reads the state of the signing key. */
  readonly readKey: (api: string, secretArn: string | undefined) => Promise<KeyState>;
  readonly clock: Clock;
  /** Is aborted by Ctrl-C. The Serverless CLI ends by itself then. */
  readonly signal: AbortSignal;
  /** Prints a line for the operator. */
  readonly print: (line: string) => void;
}

const BETWEEN_READINGS: Milliseconds = 5_000;

/**
 * Deploys a stage: makes the checks, runs the Serverless CLI, waits for the first signing key. The last lines always name the state
 * and the next command.
 *
 * @returns the exit code: 0 if the stage is deployed and has a key, or rotation is off
 */
export async function deploy(deployment: Deployment): Promise<number> {
  const { stage, stack, print, signal } = deployment;
  if (!(await passesChecks(deployment))) return 1;
  if (signal.aborted) return interruptedBefore(deployment);
  const before = await stack.read();
  const obstacle = (before && obstacleOf(before, stack, stage)) ?? (await deployment.prepare());
  if (obstacle !== undefined) {
    print(`Nothing was deployed. ${obstacle}`);
    return 1;
  }
  const succeeded = await deployment.runServerless();
  if (signal.aborted) return interrupted(deployment);
  if (!succeeded) return explain(before, deployment);
  return awaitKey((await stack.read()) ?? before, deployment);
}

async function passesChecks({ stage, checks, print, signal }: Deployment): Promise<boolean> {
  let failed = 0;
  for await (const { check, outcome, detail, cure } of checks ?? []) {
    if (signal.aborted) break;
    if (outcome === 'failed') failed += 1;
    if (outcome !== 'failed' && outcome !== 'warning') continue;
    print(`${outcome.padEnd('warning'.length)}  ${check}${detail === undefined ? '' : `: ${detail}`}`);
    if (cure !== undefined) print(`         ${cure}`);
  }
  if (failed === 0) return true;
  print(
    `Nothing was deployed: ${failed === 1 ? 'a check' : `${failed} checks`} failed. Correct the faults, then: npm run deploy -- --stage ${stage}. To deploy in spite of them: add --skip-checks`,
  );
  return false;
}

function interruptedBefore({ stage, print }: Pick<Deployment, 'stage' | 'print'>): number {
  print(`Interrupted: nothing was deployed. Next: npm run deploy -- --stage ${stage}`);
  return 1;
}

/** CloudFormation continues by itself: only this computer has stopped. */
async function interrupted({ stage, stack, print }: Deployment): Promise<number> {
  const state = await stack.read();
  if (state === undefined) return interruptedBefore({ stage, print });
  print(
    isUnderWay(state)
      ? `Interrupted, but CloudFormation continues (${state.status}). To see how it ends: aws cloudformation describe-stacks --stack-name ${stack.name} --region ${stack.region}. Then: npm run deploy -- --stage ${stage}`
      : `Interrupted. The stack ${stack.name} is ${state.status}. Next: npm run deploy -- --stage ${stage}`,
  );
  return 1;
}

/** Waits until CloudFormation has undone its changes, and prints the first failure and the next command. */
async function explain(before: StackState | undefined, deployment: Deployment): Promise<number> {
  const { stage, stack, print, signal } = deployment;
  const state = await settled(deployment);
  for (const line of describeFailures(await stack.failuresSince(before?.newestEvent))) print(line);
  if (signal.aborted) return interrupted(deployment);
  print(nextCommand(state, stack, stage));
  return 1;
}

async function settled({ stack, print, clock, signal }: Deployment): Promise<StackState | undefined> {
  let state = await stack.read();
  if (state && isUnderWay(state))
    print(`Waiting until CloudFormation has undone the changes (${state.status}) …`);
  while (state && isUnderWay(state) && !signal.aborted) {
    await clock.sleep(BETWEEN_READINGS, signal);
    state = await stack.read();
  }
  return state;
}

async function awaitKey(state: StackState | undefined, deployment: Deployment): Promise<number> {
  const { stage, rotates, readKey, print, clock, signal, stack } = deployment;
  const api = state?.outputs['ApiUrl'];
  if (api === undefined) {
    print(
      `Deployed, but the stack ${stack.name} has no output ApiUrl. Next: npm run doctor -- --stage ${stage}`,
    );
    return 1;
  }
  const read = () => readKey(api, state?.outputs['SigningKeySecretArn']);
  const verify = `To check it from end to end: npm run verify -- --stage ${stage} --document ID`;
  if (!rotates) {
    const key = await read();
    print(
      key.kind === 'signs' || key.kind === 'coming'
        ? verify
        : `Rotation is off, so the stage has no signing key until you bring one: npm run keys -- generate --stage ${stage}`,
    );
    print(`Deployed: ${api}`);
    return 0;
  }
  print(
    'Waiting for the signing key, two minutes at most: Secrets Manager makes the first one and registers it with Document Engine …',
  );
  const key = await firstKey(read, clock, signal);
  if (key.kind === 'signs') {
    print(`The stage signs with the key ${key.kid}. ${verify}`);
    print(`Deployed: ${api}`);
    return 0;
  }
  print(`Deployed: ${api}`);
  print(`${REASONS[key.kind](key)} Next: npm run keys -- status --stage ${stage}`);
  return 1;
}

const REASONS: Readonly<Record<Exclude<KeyState['kind'], 'signs'>, (key: KeyState) => string>> = {
  none: () =>
    'But there is no signing key yet, so no token can be issued. The log of rotateSigningKey has the reason.',
  coming: () =>
    'But a key is still on its way: its rotation has not finished. The log of rotateSigningKey has the reason.',
  unreachable: (key) =>
    `But the API cannot be reached from here: ${'reason' in key ? key.reason : ''}. A new domain can take minutes to be known.`,
};
