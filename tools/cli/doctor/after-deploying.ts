import type { JwtSecret } from '../../../lib/document-engine/index.ts';
import type { CheckedStage, Deployed } from './checked-stage.ts';
import { unseenRestart } from './document-engine/document-engine-restart.ts';
import { checkFunctions } from './aws/function-checks.ts';
import { checkHeldKeys } from './document-engine/held-keys.ts';
import { checkService } from './service/service-checks.ts';
import { checkStack } from './aws/stack-checks.ts';
import type { Finding } from './finding.ts';
import { guarded } from './guarded.ts';

/**
 * Checks a stage's stack and the service that runs in it. Without a stack, one finding says so.
 *
 * @param entries - Document Engine's list of public keys; undefined if it could not be read
 */
export async function* checksAfterDeploying(
  stage: CheckedStage,
  entries: readonly JwtSecret[] | undefined,
): AsyncGenerator<Finding> {
  const deployed = yield* guarded('the stack', checkStack(stage));
  if (deployed === undefined) {
    yield* unseenRestart(stage);
    return;
  }
  yield* guarded('the functions', checkFunctions(stage));
  yield* checksOfService(stage, deployed, entries);
}

/** Makes the checks of {@link checksAfterDeploying} that need no CloudFormation and no Lambda. */
export async function* checksOfService(
  stage: CheckedStage,
  deployed: Deployed,
  entries: readonly JwtSecret[] | undefined,
): AsyncGenerator<Finding> {
  yield* guarded('the service', checkService(stage, deployed));
  yield* guarded('the keys at Document Engine', checkHeldKeys(stage, deployed, entries));
}
