import { NEVER_DEPLOYED, unknownStage, type Stages } from '../../../infra/stages/stages.ts';
import { UsageError } from '../errors.ts';

/**
 * Makes sure that a stage can be deployed.
 *
 * @param otherwise - a sentence for a caller that may have meant something else
 * @throws UsageError that names the nearest stage, or all that can be deployed
 */
export function assertDeployable(stage: string, stages: Stages, otherwise?: string): void {
  const deployable = Object.keys(stages).filter((name) => !NEVER_DEPLOYED.includes(name));
  if (deployable.includes(stage)) return;
  const advice = otherwise === undefined ? '' : ` ${otherwise}`;
  if (!NEVER_DEPLOYED.includes(stage)) throw new UsageError(unknownStage(stage, deployable) + advice);
  const others =
    deployable.length === 0
      ? 'Add a stage of your own to infra/stages/stages.yml.'
      : `Your own stages in infra/stages/stages.yml are ${deployable.join(', ')}.`;
  throw new UsageError(`The stage "${stage}" is never deployed. ${others}${advice}`);
}
