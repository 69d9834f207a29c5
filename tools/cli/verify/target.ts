import { ofStage, readStages } from '../../../infra/stages/stages.ts';
import { UsageError } from '../errors.ts';
import { LocalStack } from '../local-stack.ts';
import { addressOf, checkedCallerToken, stageOrApi, type ApiOptions } from '../api/api-target.ts';
import type { Target } from './verification.ts';

/** The options of the verify command. */
export interface VerifyOptions extends ApiOptions {
  readonly document?: string | undefined;
  readonly layer: string;
  /** A demo user of the local stack, `alice` unless given. */
  readonly user?: string | undefined;
  /** The prefix of private layers, if an address stands in place of a stage. */
  readonly 'private-layer-prefix'?: string | undefined;
  readonly revoke?: boolean | undefined;
}

/** The caller tokens of the environment. */
export interface CallerTokens {
  /** The local stack supplies its own. */
  readonly callerToken: string | undefined;
  /** It need not be there. */
  readonly expiredToken?: string | undefined;
}

/**
 * Finds the API to verify, the caller token to use, and the document and the layer to open.
 *
 * @throws UsageError that names the missing or wrong option
 */
export async function findTarget(options: VerifyOptions, tokens: CallerTokens): Promise<Target> {
  const { api, document, layer, user, revoke: revokes = false } = options;
  const stage = stageOrApi(options);
  const privateLayerPrefix = await prefixOf(stage?.kind === 'local' ? 'local' : stage?.name, options);
  const expiredToken = tokens.expiredToken
    ? checkedCallerToken(tokens.expiredToken, 'LAYERMINT_EXPIRED_TOKEN')
    : undefined;
  const probed = { expiredToken, privateLayerPrefix, revokes };
  if (stage?.kind === 'local') {
    const local = new LocalStack(stage.port);
    const { callerToken, documentId } = await local.signIn(user ?? 'alice');
    return { api: local.api, callerToken, documentId: document ?? documentId, layer, ...probed };
  }
  if (user !== undefined) throw new UsageError('--user goes with --local (see --help).');
  if (stage === undefined && api === undefined)
    throw new UsageError('--stage, --local or --api is required (see --help).');
  if (document === undefined) {
    throw new UsageError('--document is required: a document that the caller can open (see --help).');
  }
  const callerToken = checkedCallerToken(tokens.callerToken);
  return { api: await addressOf(stage?.name, api), callerToken, documentId: document, layer, ...probed };
}

/** Finds the prefix of private layers. @returns undefined if it is not known */
async function prefixOf(
  stage: string | undefined,
  { 'private-layer-prefix': given }: VerifyOptions,
): Promise<string | undefined> {
  if (stage === undefined) return given;
  if (given !== undefined)
    throw new UsageError('--private-layer-prefix goes with --api: a stage has its own (see --help).');
  return String(ofStage(await readStages(), stage)['privateLayerPrefix']);
}
