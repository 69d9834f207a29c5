import { obstacleOf } from '../deploy/stack-advice.ts';
import { explainFailure, explainInterruption, type StackChange } from '../deploy/stack-change.ts';

/** A rollback, and the functions that it calls. */
export interface Rollback extends StackChange {
  /** Prepares the functions of a stage with a gradual deployment. @returns the reason if it cannot be rolled back now */
  readonly prepare: () => Promise<string | undefined>;
  /** Runs the Serverless CLI. @returns whether it succeeded */
  readonly runServerless: () => Promise<boolean>;
}

/**
 * Rolls a stage back to an earlier deployment. The last lines name the state and the next command.
 *
 * @returns the exit code
 */
export async function rollBack(rollback: Rollback): Promise<number> {
  const { stage, stack, print, signal } = rollback;
  const before = await stack.read();
  if (before === undefined) {
    print(`There is no stack ${stack.name} in ${stack.region}, so there is nothing to roll back.`);
    return 1;
  }
  const obstacle = obstacleOf(before, stack, stage) ?? (await rollback.prepare());
  if (obstacle !== undefined) {
    print(`Nothing was rolled back. ${obstacle}`);
    return 1;
  }
  const succeeded = await rollback.runServerless();
  if (signal.aborted) return explainInterruption(rollback);
  if (!succeeded) return explainFailure(before, rollback);
  print(
    `Rolled back. Grants and live tokens are as they were. To check the stage: npm run doctor -- --stage ${stage}`,
  );
  print(`To deploy your newest state again: npm run deploy -- --stage ${stage} --force`);
  return 0;
}

/**
 * Lists the deployments to which a stage can be rolled back.
 *
 * @returns the exit code
 */
export async function listDeployments({
  stage,
  stack,
  runServerless,
  print,
}: Pick<Rollback, 'stage' | 'stack' | 'runServerless' | 'print'>): Promise<number> {
  if ((await stack.read()) === undefined) {
    print(`There is no stack ${stack.name} in ${stack.region}, so there is nothing to roll back.`);
    return 1;
  }
  if (!(await runServerless())) return 1;
  print(`\nNext: npm run rollback -- --stage ${stage} --to TIMESTAMP`);
  return 0;
}
