import { UsageError } from '../errors.ts';
import { isConfidential } from '../http-call.ts';
import { LocalStack } from '../local-stack.ts';
import { chosenStage, type StageOptions } from '../stage-options.ts';
import type { Target } from './verification.ts';

/** The options of the verify command. */
export interface VerifyOptions extends StageOptions {
  /** The address of the API, in place of a stage. */
  readonly api?: string | undefined;
  readonly document?: string | undefined;
  readonly layer: string;
  /** A demo user of the local stack, `alice` unless given. */
  readonly user?: string | undefined;
}

/** A signed JWT (RFC 7515 section 7.1). */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Finds the API to verify, the caller token to use, and the document and the layer to open.
 *
 * @param callerToken - from the environment; the local stack supplies its own
 * @throws UsageError that names the missing or wrong option
 */
export async function findTarget(options: VerifyOptions, callerToken: string | undefined): Promise<Target> {
  const { api, document, layer, user } = options;
  const stage = chosenStage(options);
  if (stage !== undefined && api !== undefined) {
    throw new UsageError(`Give ${stage.kind === 'local' ? '--local' : '--stage'} or --api, not both.`);
  }
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
  if (!callerToken) {
    throw new UsageError(
      "The environment variable LAYERMINT_CALLER_TOKEN must hold the caller's token (see --help).",
    );
  }
  // The message must not quote the value, as it may hold a token.
  if (!JWT.test(callerToken)) {
    throw new UsageError(
      'LAYERMINT_CALLER_TOKEN does not hold a token alone: three parts in base64url, joined by dots, and nothing else.',
    );
  }
  return { api: await findApi(stage?.name, api), callerToken, documentId: document, layer };
}

async function findApi(stage: string | undefined, api: string | undefined): Promise<string> {
  if (api === undefined) {
    // Loaded only here: the CloudFormation client takes longer to load than everything else together.
    const { findDeployment } = await import('../deploy/deployment.ts');
    return findDeployment(stage ?? '');
  }
  const url = URL.parse(api);
  if (!url || !['https:', 'http:'].includes(url.protocol)) {
    throw new UsageError('--api must be a URL such as https://tokens.example.com.');
  }
  if (!isConfidential(api)) {
    throw new UsageError(
      '--api must begin with https://: over http everyone on the way could read the caller token. http is for this machine alone, such as http://127.0.0.1:4747.',
    );
  }
  return api.replace(/\/+$/, '');
}
