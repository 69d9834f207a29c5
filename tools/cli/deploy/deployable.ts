import { NEVER_DEPLOYED, type Stages } from '../../../infra/stages/stages.ts';
import { UsageError } from '../command.ts';

/**
 * Makes sure that a stage is one that can be deployed.
 *
 * @param otherwise - a sentence that says what else could be meant
 * @throws UsageError that names those that can
 */
export function assertDeployable(stage: string, stages: Stages, otherwise?: string): void {
  const deployable = Object.keys(stages).filter((name) => !NEVER_DEPLOYED.includes(name));
  if (deployable.includes(stage)) return;
  const those = `Those of infra/stages/stages.yml are: ${deployable.join(', ') || 'none yet'}.`;
  throw new UsageError(
    [`"${stage}" is no stage that can be deployed. ${those}`, ...(otherwise ? [otherwise] : [])].join(' '),
  );
}
