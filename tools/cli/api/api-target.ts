import { UsageError } from '../errors.ts';
import { isConfidential } from '../http-call.ts';
import { chosenStage, type StageOptions } from '../stage-options.ts';

/** The options of a command that calls the API of a stage. */
export interface ApiOptions extends StageOptions {
  /** The address of the API, in place of a stage. */
  readonly api?: string | undefined;
}

/** Reads the stage of a command. @throws UsageError if an address stands beside it */
export function stageOrApi(options: ApiOptions): ReturnType<typeof chosenStage> {
  const stage = chosenStage(options);
  if (stage !== undefined && options.api !== undefined) {
    throw new UsageError(`Give ${stage.kind === 'local' ? '--local' : '--stage'} or --api, not both.`);
  }
  return stage;
}

/** A signed JWT (RFC 7515 section 7.1). */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Checks a caller token of the environment. @throws UsageError that does not quote it */
export function checkedCallerToken(
  callerToken: string | undefined,
  variable = 'LAYERMINT_CALLER_TOKEN',
): string {
  if (!callerToken) {
    throw new UsageError(`The environment variable ${variable} must hold the caller's token (see --help).`);
  }
  if (!JWT.test(callerToken)) {
    throw new UsageError(
      `${variable} does not hold a token alone: three parts in base64url, joined by dots, and nothing else.`,
    );
  }
  return callerToken;
}

/**
 * Finds the address of an API, without a trailing slash.
 *
 * @param api - the given address; undefined = that of the stage's stack
 * @throws UsageError if others on the way could read a caller token that is sent there
 */
export async function addressOf(stage: string | undefined, api: string | undefined): Promise<string> {
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
