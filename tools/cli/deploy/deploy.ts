import { onOneLine } from '../command.ts';
import type { Finding } from '../doctor/index.ts';
import { firstKey, type KeyState } from './first-key.ts';
import type { StackState } from './stage-stack.ts';
import { obstacleOf } from './stack-advice.ts';
import { explainFailure, explainInterruption, type StackChange } from './stack-change.ts';

/** A deployment, and the functions that it calls. */
export interface Deployment extends StackChange {
  /** True if Secrets Manager makes the stage's keys. */
  readonly rotates: boolean;
  /** The checks of the systems around the stage, before anything is changed; undefined to skip them. */
  readonly checks: AsyncIterable<Finding> | undefined;
  /** Prepares the stack. @returns the reason, with the way out, if the stage cannot be deployed now */
  readonly prepare: () => Promise<string | undefined>;
  /** Runs the Serverless CLI. @returns whether it succeeded */
  readonly runServerless: () => Promise<boolean>;
  /** Reads the state of the signing key. */
  readonly readKey: (api: string, secretArn: string | undefined) => Promise<KeyState>;
}

/**
 * Deploys a stage: makes the checks, runs the Serverless CLI, waits for the first signing key. The last lines always name the state
 * and the next command.
 *
 * @returns the exit code: 0 if the stage is deployed and has a key, or rotation is off
 */
export async function deploy(deployment: Deployment): Promise<number> {
  const { stage, stack, print } = deployment;
  if (!(await passesChecks(deployment))) return 1;
  if (isInterrupted(deployment)) return explainInterruption(deployment);
  const before = await stack.read();
  const obstacle = (before && obstacleOf(before, stack, stage)) ?? (await deployment.prepare());
  if (obstacle !== undefined) {
    print(`Nothing was deployed. ${obstacle}`);
    return 1;
  }
  const succeeded = await deployment.runServerless();
  if (isInterrupted(deployment)) return explainInterruption(deployment);
  if (!succeeded) return explainFailure(before, deployment);
  return awaitKey((await stack.read()) ?? before, deployment);
}

/** Reads the signal anew: it can be aborted at any time. */
const isInterrupted = ({ signal }: Deployment): boolean => signal.aborted;

async function passesChecks({ again, checks, print, signal }: Deployment): Promise<boolean> {
  let failed = 0;
  for await (const { check, outcome, detail, cure } of checks ?? []) {
    if (signal.aborted) break;
    if (outcome === 'failed') failed += 1;
    if (outcome !== 'failed' && outcome !== 'warning') continue;
    const quoted = detail === undefined ? '' : `: ${onOneLine(detail)}`;
    print(`${outcome.padEnd('warning'.length)}  ${check}${quoted}`);
    if (cure !== undefined) print(`         ${onOneLine(cure)}`);
  }
  if (failed === 0) return true;
  print(
    `Nothing was deployed: ${failed === 1 ? 'a check' : `${failed} checks`} failed. Correct the faults, then: ${again}. To deploy in spite of them: add --skip-checks`,
  );
  return false;
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
