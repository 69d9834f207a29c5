import { answerInstead } from '../aws-access.ts';
import { LOCAL_CREDENTIALS, type LocalCredentials } from '../aws-account.ts';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';
import {
  createSecretsManager,
  type SecretsManager,
  type SecretsManagerOptions,
} from './secrets-manager-in-memory.ts';

export interface SecretsManagerServerOptions extends SecretsManagerOptions {
  /** The only credentials that it accepts. Without a session token it serves every program of this machine. */
  readonly credentials?: LocalCredentials;
}

/** Secrets Manager behind a socket of this machine. */
export interface LocalSecretsManager extends SecretsManager, LoopbackServer {}

/**
 * Serves {@link createSecretsManager} on 127.0.0.1.
 *
 * @example
 * const secretsManager = await startSecretsManager();
 * const client = new SecretsManagerClient({ endpoint: secretsManager.url, region: 'eu-central-1', credentials });
 *
 * @param port - 0 picks a free one
 * @throws the operating system's error if the port is taken
 */
export async function startSecretsManager(
  options: SecretsManagerServerOptions = {},
  port = 0,
): Promise<LocalSecretsManager> {
  const { credentials = LOCAL_CREDENTIALS } = options;
  const secretsManager = createSecretsManager(options);
  const server = await listenOnLoopback(async (request) => {
    const { path: url, headers } = request;
    const instead = answerInstead({ url, headers }, credentials, 'application/x-amz-json-1.1');
    return instead ?? secretsManager.answer(request);
  }, port);
  return { ...secretsManager, ...server };
}
