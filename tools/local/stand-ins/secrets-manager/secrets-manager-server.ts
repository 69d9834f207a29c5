import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';
import {
  createSecretsManager,
  type SecretsManager,
  type SecretsManagerOptions,
} from './secrets-manager-in-memory.ts';

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
  options: SecretsManagerOptions = {},
  port = 0,
): Promise<LocalSecretsManager> {
  const secretsManager = createSecretsManager(options);
  return { ...secretsManager, ...(await listenOnLoopback(secretsManager.answer, port)) };
}
