import type { KeyPair } from '../../signing-keys/index.ts';
import { generateSigningKey, secretStringOf } from '../generate.ts';
import { currentPair, pendingPair } from '../pairs.ts';
import type { RotationDependencies } from '../rotation-run.ts';

/**
 * Makes the pending key, unless there is one. This concerns the secret's version alone, so that it needs no run.
 *
 * @param given - a key to rotate to in place of a new one
 */
export async function createSecret(
  { secret, algorithm, clock, log }: RotationDependencies,
  version: string,
  given?: KeyPair,
): Promise<void> {
  // An old key that cannot be read, or is of another algorithm, cannot be kept verifying.
  await currentPair(secret, algorithm);
  if ((await secret.read(version)) === undefined) {
    const secretString = given
      ? secretStringOf(given, clock)
      : (await generateSigningKey(algorithm, clock)).secretString;
    await secret.write(version, secretString, 'AWSPENDING');
  }
  const { kid } = await pendingPair(secret, version, algorithm);
  log.info('the pending key is in the secret', { version, kid });
}
