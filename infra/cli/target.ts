import { UsageError } from './command.ts';
import { askLocalStack } from './local-stack.ts';
import type { Target } from './verification.ts';

/** What the verify command was told. */
export interface VerifyOptions {
  readonly stage?: string | undefined;
  /** Instead of the stage's own API. */
  readonly api?: string | undefined;
  readonly document?: string | undefined;
  readonly layer: string;
  /** Of the local stack's API. */
  readonly port: string;
  /** A demo user of the local stack. */
  readonly user: string;
}

/**
 * Finds out where to verify, as whom, and what.
 *
 * @param callerToken - what the environment holds; the local stack hands out its own
 * @throws UsageError saying what is missing
 */
export async function findTarget(options: VerifyOptions, callerToken: string | undefined): Promise<Target> {
  const { stage, api, document, layer, port, user } = options;
  if (stage === 'local') {
    const local = await askLocalStack(port, user);
    return { ...local, ...(document !== undefined && { documentId: document }), layer };
  }
  if (stage === undefined && api === undefined)
    throw new UsageError('--stage or --api is required (see --help).');
  if (document === undefined) {
    throw new UsageError('--document is required: a document that the caller was granted (see --help).');
  }
  if (!callerToken) {
    throw new UsageError(
      "The environment variable LAYERMINT_CALLER_TOKEN must hold the caller's token (see --help).",
    );
  }
  return { api: await findApi(stage, api), callerToken, documentId: document, layer };
}

async function findApi(stage: string | undefined, api: string | undefined): Promise<string> {
  if (api === undefined) {
    // Loaded only here, as the CloudFormation client takes longer to load than everything else together.
    const { findDeployment } = await import('./deployment.ts');
    return findDeployment(stage ?? '');
  }
  const url = URL.parse(api);
  if (!url || !['https:', 'http:'].includes(url.protocol)) {
    throw new UsageError('--api must be a URL such as https://tokens.example.com.');
  }
  return api.replace(/\/+$/, '');
}
