import { addressOf, checkedCallerToken, stageOrApi, type ApiOptions } from '../api-target.ts';
import { UsageError } from '../errors.ts';
import { LocalStack } from '../local-stack.ts';

/** An API, and the caller token to ask it with. */
export interface ExplainTarget {
  readonly api: string;
  readonly callerToken: string;
}

/** The demo caller of the local stack that has every scope. */
const DEMO_BACKEND = 'backend';

/**
 * Finds the API to ask.
 *
 * @param as - the demo caller to ask as, with the local stack alone
 * @param callerToken - from the environment; the local stack supplies its own
 * @throws UsageError that names the missing or wrong option
 */
export async function explainTarget(
  options: ApiOptions,
  as: string | undefined,
  callerToken: string | undefined,
): Promise<ExplainTarget> {
  const stage = stageOrApi(options);
  if (stage?.kind === 'local') {
    const local = new LocalStack(stage.port);
    const { callerToken: ofDemo } = await local.signIn(as ?? DEMO_BACKEND);
    return { api: local.api, callerToken: ofDemo };
  }
  if (as !== undefined) throw new UsageError('--as goes with --local (see --help).');
  if (stage === undefined && options.api === undefined)
    throw new UsageError('--stage, --local or --api is required (see --help).');
  const checked = checkedCallerToken(callerToken);
  return { api: await addressOf(stage?.name, options.api), callerToken: checked };
}
