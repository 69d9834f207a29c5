import { createSecretsManagerClient } from './aws.ts';
import { systemClock } from '../runtime/clock.ts';
import { type Logger } from '../runtime/log.ts';
import {
  SigningKeyCache,
  signingKeyFetcher,
  type Algorithm,
  type SigningKey,
  type SigningKeys,
} from '../signing-keys/index.ts';

/** The environment of a function that signs. */
export interface SigningEnvironment {
  readonly SIGNING_KEY_SECRET_ARN: string;
  readonly JWT_ALGORITHM: Algorithm;
}

/**
 * The signing keys of a function, on their way from its start on.
 *
 * @param beforeUse - see `signingKeyFetcher`
 */
export function signingKeysOf(
  { SIGNING_KEY_SECRET_ARN, JWT_ALGORITHM }: SigningEnvironment,
  log: Logger,
  beforeUse: (key: SigningKey) => Promise<void>,
): SigningKeys {
  const client = createSecretsManagerClient();
  const fetchKey = signingKeyFetcher(client, SIGNING_KEY_SECRET_ARN, JWT_ALGORITHM, beforeUse);
  const keys = new SigningKeyCache(fetchKey, systemClock, log);
  keys.warm();
  return keys;
}
