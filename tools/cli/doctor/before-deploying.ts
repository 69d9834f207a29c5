import type { StageParameters } from '../../../infra/stages/check-parameters.ts';
import type { JwtSecret } from '../../../lib/document-engine/index.ts';
import { awsIn, textOf, type CheckedStage } from './checked-stage.ts';
import { checkCallerToken } from './caller-token/caller-token-checks.ts';
import { checkDocumentEngine } from './document-engine/document-engine-checks.ts';
import { unseenRestart } from './document-engine/document-engine-restart.ts';
import { checkIssuers } from './discovery/issuer-discovery.ts';
import { checkKmsKeys } from './aws/kms-keys.ts';
import { checkSecrets } from './aws/secret-checks.ts';
import type { Finding } from './finding.ts';
import { guarded } from './guarded.ts';

/** Optional parts of the checks before a deployment. */
export interface CheckOptions {
  /** A caller token of the stage's issuer. Without one, its claims are not checked. */
  readonly callerToken?: string | undefined;
}

/**
 * Checks the systems around a stage that need no deployed stack: the issuer, a caller token, the secrets, the KMS keys and
 * Document Engine. Nothing is changed anywhere.
 *
 * @param name - of the stage
 * @param parameters - its own, those of `default`, and those of the command line, together. Packaging has found no fault in them
 * @yields one finding per check, as it is made. It throws nothing: a check that cannot be made says so
 */
export async function* checksBeforeDeploying(
  name: string,
  parameters: StageParameters,
  { callerToken }: CheckOptions = {},
): AsyncGenerator<Finding> {
  const region = textOf({ parameters }, 'region') ?? '';
  const stage: CheckedStage = {
    ...{ name, parameters, isLocal: false, options: `--stage ${name}`, aws: awsIn(region) },
  };
  yield* checksAround(stage, { token: callerToken, isDemo: false });
  yield* unseenRestart(stage);
}

/** A caller token to check. */
export interface GivenToken {
  readonly token: string | undefined;
  /** True for a token of the local stack's demo users, which are ID tokens by design. */
  readonly isDemo: boolean;
}

/**
 * Makes the checks of {@link checksBeforeDeploying} for any stage, except the one that a running service can make better.
 *
 * @returns Document Engine's list of public keys; undefined if it cannot be read
 */
export async function* checksAround(
  stage: CheckedStage,
  given: GivenToken,
): AsyncGenerator<Finding, readonly JwtSecret[] | undefined> {
  const keys = yield* guarded('the issuer', checkIssuers(stage));
  yield* guarded('the caller token', checkCallerToken(given, keys, stage));
  yield* guarded('the secrets', checkSecrets(stage));
  yield* guarded('the KMS keys', checkKmsKeys(stage));
  return yield* guarded('Document Engine', checkDocumentEngine(stage));
}
