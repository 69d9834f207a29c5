import type { KeyPair } from '../../signing-keys/index.ts';
import { generateSigningKey, secretStringOf } from '../generate.ts';
import { currentPair, pendingPair } from '../pairs.ts';
import type { RotationDependencies } from '../rotation-run.ts';

/**
 * Makes the pending key, unless there is one. It changes nothing but the secret's version, so it needs no run.
 *
 * @param given - the key to rotate to; generated unless given
 */
export async function createSecret(
  { secret, algorithm, clock, log }: RotationDependencies,
  version: string,
  given?: KeyPair,
): Promise<void> {
  // Refuses an old key that is unreadable or for another algorithm: the rotation could not keep it verifying.
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
