import { UsageError } from '../errors.ts';
import { LocalStack } from '../local-stack.ts';
import { addressOf, checkedCallerToken, stageOrApi, type ApiOptions } from '../api-target.ts';
import type { Target } from './verification.ts';

/** The options of the verify command. */
export interface VerifyOptions extends ApiOptions {
  readonly document?: string | undefined;
  readonly layer: string;
  /** A demo user of the local stack, `alice` unless given. */
  readonly user?: string | undefined;
}

/**
 * Finds the API to verify, the caller token to use, and the document and the layer to open.
 *
 * @param callerToken - from the environment; the local stack supplies its own
 * @throws UsageError that names the missing or wrong option
 */
export async function findTarget(options: VerifyOptions, callerToken: string | undefined): Promise<Target> {
  const { api, document, layer, user } = options;
  const stage = stageOrApi(options);
  if (stage?.kind === 'local') {
    const local = new LocalStack(stage.port);
    const { callerToken, documentId } = await local.signIn(user ?? 'alice');
    return { api: local.api, callerToken, documentId: document ?? documentId, layer };
  }
  if (user !== undefined) throw new UsageError('--user goes with --local (see --help).');
  if (stage === undefined && api === undefined)
    throw new UsageError('--stage, --local or --api is required (see --help).');
  if (document === undefined) {
    throw new UsageError('--document is required: a document that the caller can open (see --help).');
  }
  const checked = checkedCallerToken(callerToken);
  return { api: await addressOf(stage?.name, api), callerToken: checked, documentId: document, layer };
}
