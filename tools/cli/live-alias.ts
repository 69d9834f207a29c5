import {
  GetAliasCommand,
  ResourceNotFoundException,
  UpdateAliasCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { LIVE_ALIAS } from '../../infra/packaging/template/live-alias.ts';

/** The alias through which the API of a gradual stage invokes a function. */
export interface LiveAlias {
  /** The version that gets the requests. */
  readonly version: string;
  /** The versions that get a share of them. A shift of traffic is under way if there is one. */
  readonly shares: readonly string[];
  /** Changes with each change of the alias. */
  readonly revision: string | undefined;
}

/**
 * Reads the alias of a function.
 *
 * @param functionName - the name of an existing function
 * @returns undefined if it has none: the stage's deployments are not gradual, or the API does not invoke the function
 */
export async function readLiveAlias(
  lambda: LambdaClient,
  functionName: string,
): Promise<LiveAlias | undefined> {
  try {
    const { FunctionVersion, RoutingConfig, RevisionId } = await lambda.send(
      new GetAliasCommand({ FunctionName: functionName, Name: LIVE_ALIAS }),
    );
    if (FunctionVersion === undefined) return undefined;
    const shares = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {});
    return { version: FunctionVersion, shares, revision: RevisionId };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/**
 * Gives all requests to one version at once.
 *
 * @param from - the alias as it was read; if it has changed since, it is not moved
 * @throws Error if it does not invoke this version alone afterwards. Errors of Lambda are passed on: PreconditionFailedException if
 * the alias has changed
 */
export async function moveLiveAlias(
  lambda: LambdaClient,
  functionName: string,
  from: LiveAlias,
  version: string,
): Promise<void> {
  await lambda.send(
    new UpdateAliasCommand({
      FunctionName: functionName,
      Name: LIVE_ALIAS,
      FunctionVersion: version,
      // Without an empty map, Lambda keeps the former shares.
      RoutingConfig: { AdditionalVersionWeights: {} },
      RevisionId: from.revision,
    }),
  );
  const now = await readLiveAlias(lambda, functionName);
  if (now?.version === version && now.shares.length === 0) return;
  throw new Error(
    `The alias "${LIVE_ALIAS}" of ${functionName} was moved to version ${version}, and something moved it again to ${[now?.version, ...(now?.shares ?? [])].join(' and ')}. Stop that, and run this command again.`,
  );
}
