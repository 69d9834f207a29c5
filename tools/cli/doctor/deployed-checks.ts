import { StageError, checkStage } from '../../../infra/packaging/check-stage.ts';
import { ofStage, readStages, type Stages } from '../../../infra/stages/stages.ts';
import { assertDeployable } from '../deploy/deployable.ts';
import { checksAfterDeploying } from './after-deploying.ts';
import { checksAround } from './before-deploying.ts';
import { awsIn, textOf, type CheckedStage } from './checked-stage.ts';
import { failed, ok, type Finding } from './finding.ts';

const PARAMETERS = 'the stage can be packaged';

/**
 * Checks a stage of infra/stages/stages.yml, deployed or not.
 *
 * @param callerToken - of the stage's issuer; undefined = its claims are not checked
 * @param known - infra/stages/stages.yml unless given
 * @yields one finding per check, as it is made
 * @throws UsageError if there is no such stage, or it is never deployed
 */
export async function* checksOfDeployedStage(
  name: string,
  callerToken: string | undefined,
  known?: Stages,
): AsyncGenerator<Finding> {
  const stages = known ?? (await readStages());
  assertDeployable(name, stages, 'For the service that npm start runs, use --local.');
  const parameters = ofStage(stages, name);
  yield checkParameters(stages, name);
  const aws = awsIn(textOf({ parameters }, 'region') ?? '');
  const stage: CheckedStage = { name, parameters, isLocal: false, options: `--stage ${name}`, aws };
  const entries = yield* checksAround(stage, { token: callerToken, isDemo: false });
  yield* checksAfterDeploying(stage, entries);
}

function checkParameters(stages: Stages, name: string): Finding {
  try {
    checkStage(stages, name);
    return ok(PARAMETERS);
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    return failed(
      PARAMETERS,
      error.message.replace(/\s*\n\s*/g, ' '),
      'docs/configuration.md describes every parameter.',
    );
  }
}
