import type { KeyPair } from '../../signing-keys/index.ts';
import { generateSigningKey, secretStringOf } from '../generate.ts';
import { KeyList } from '../key-list.ts';
import type { Checkpoint } from '../lease/lease.ts';
import { findReplaceable } from '../ownership/replaceable.ts';
import { currentPair, pendingPair, writePending } from '../pairs.ts';
import type { RotationDependencies } from '../rotation-run.ts';

/**
 * Makes the pending key, unless there is one. It changes nothing but the secret's version, so it needs no run.
 *
 * @param given - the key to rotate to; generated unless given
 * @param checkpoint - of the run, if there is one
 * @throws RotationRefusedError, before anything has changed, if Document Engine's current key is somebody else's, or if the version
 * holds a key that must not sign. UnusableSigningKeyError, just as early, if the given key must not
 */
export async function createSecret(
  dependencies: RotationDependencies,
  version: string,
  given?: KeyPair,
  checkpoint?: Checkpoint,
): Promise<void> {
  const { secret, algorithm, clock, log } = dependencies;
  // Refuses an old key that is unreadable or for another algorithm: the rotation could not keep it verifying.
  await currentPair(secret, algorithm);
  if ((await secret.read(version)) === undefined) {
    await findReplaceable(dependencies, new KeyList(dependencies.documentEngine), checkpoint);
    const secretString = given
      ? secretStringOf(given, clock)
      : (await generateSigningKey(algorithm, clock)).secretString;
    await writePending(secret, version, secretString, algorithm);
  }
  const { kid } = await pendingPair(secret, version, algorithm);
  log.info('the pending key is in the secret', { version, kid });
}
