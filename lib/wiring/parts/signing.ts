import * as z from 'zod/mini';
import { systemClock } from '../../runtime/clock.ts';
import { text } from '../../runtime/environment.ts';
import type { Logger } from '../../runtime/log.ts';
import {
  ALGORITHMS,
  SigningKeyCache,
  signingKeyFetcher,
  type Algorithm,
  type SigningKey,
  type SigningKeys,
} from '../../signing-keys/index.ts';
import { createSecretsManagerClient } from './aws.ts';

/** The variable of a function that depends on the algorithm of tokens. */
export const ofAlgorithm = {
  JWT_ALGORITHM: z.enum(ALGORITHMS, { error: `must be one of ${ALGORITHMS.join(', ')}` }),
};

/** The variables of a function that reads the secret of the signing key. */
export const ofSigning = {
  ...ofAlgorithm,
  SIGNING_KEY_SECRET_ARN: text('must be the ARN of the secret that holds the signing key'),
};

/** The environment of a function that signs. */
export interface SigningEnvironment {
  readonly SIGNING_KEY_SECRET_ARN: string;
  readonly JWT_ALGORITHM: Algorithm;
}

/**
 * Makes the signing keys of a function, and starts to fetch the current one.
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
