import { isByCodeDeploy } from '../../../infra/stages/parameters/deployment.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { stageClients } from '../stage-clients.ts';
import { settleAliases } from './settle-aliases.ts';

/** A stage, by its name, and the parameters that decide on its preparation. */
export interface PreparedStage {
  readonly stage: string;
  readonly region: string;
  readonly gradualDeployment: unknown;
}

/**
 * Prepares a stack for a deployment or a rollback. Only CodeDeploy needs that, see {@link settleAliases}.
 *
 * @param print - gets a line for each alias that returns to its former version
 * @returns the reason, with the way out, if the stage cannot be deployed now
 */
export async function prepareStack(
  { stage, region, gradualDeployment }: PreparedStage,
  print: (line: string) => void,
): Promise<string | undefined> {
  if (!isByCodeDeploy(gradualDeployment)) return undefined;
  return settleAliases(stageClients(stage, region), stage, systemClock, print);
}
