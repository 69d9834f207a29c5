import {
  acceptSigningKey,
  NoSigningKeyError,
  UnusableSigningKeyError,
  parseSigningKeySecret,
  type Algorithm,
  type KeyPair,
} from '../signing-keys/index.ts';
import { RotationRefusedError } from './errors.ts';
import type { SigningKeySecret } from './signing-key-secret.ts';

/**
 * Reads the key that signs now; undefined if there is none yet.
 *
 * @throws RotationRefusedError if it is unreadable or for another algorithm: the rotation could not keep it verifying
 */
export async function currentPair(
  secret: SigningKeySecret,
  algorithm: Algorithm,
): Promise<KeyPair | undefined> {
  return replaceablePair(secret, (await secret.labels()).versionWith('AWSCURRENT'), algorithm);
}

/**
 * Reads the key of the version with the label AWSCURRENT; undefined if there is none yet. It is judged as minting judges it, and its
 * primes are not proven: a key that signs now has to be replaced in any case.
 *
 * @throws RotationRefusedError as {@link currentPair}
 */
export async function replaceablePair(
  secret: SigningKeySecret,
  version: string | undefined,
  algorithm: Algorithm,
): Promise<KeyPair | undefined> {
  if (version === undefined) {
    throw new RotationRefusedError('The secret has no current version. Put {"state": "none"} into it first');
  }
  try {
    return await parseSigningKeySecret(await secret.read(version), algorithm);
  } catch (error) {
    if (error instanceof NoSigningKeyError) return undefined;
    if (!(error instanceof UnusableSigningKeyError)) throw error;
    throw new RotationRefusedError(
      `The current key cannot be replaced without a failed request: ${error.message}. (Rotation keeps the algorithm; ` +
        'docs/operations.md says how to change it. `npm run keys -- rotate --emergency` replaces a key that must not be used.)',
    );
  }
}

/**
 * Reads the key of the version that will become current, and judges it, see `acceptSigningKey`.
 *
 * @throws RotationRefusedError if the version has no key, or one that must not sign
 */
export async function pendingPair(
  secret: SigningKeySecret,
  version: string,
  algorithm: Algorithm,
): Promise<KeyPair> {
  const pair = await pendingPairIfAny(secret, version, algorithm);
  if (pair !== undefined) return pair;
  throw new RotationRefusedError('There is no pending key: createSecret comes first');
}

/**
 * Reads and judges the key of a version as {@link pendingPair}; undefined if the version has no value yet.
 *
 * @throws RotationRefusedError if it has a value that is no key, or one that must not sign
 */
export async function pendingPairIfAny(
  secret: SigningKeySecret,
  version: string,
  algorithm: Algorithm,
): Promise<KeyPair | undefined> {
  const value = await secret.read(version);
  if (value === undefined) return undefined;
  try {
    return await acceptSigningKey(value, algorithm);
  } catch (error) {
    if (!(error instanceof UnusableSigningKeyError || error instanceof NoSigningKeyError)) throw error;
    throw new RotationRefusedError(
      `The pending key cannot be used: ${error.message}. (It is in the version ${version} of the secret, and a version keeps ` +
        'its value. `npm run keys -- rotate` drops it and makes another key.)',
    );
  }
}

/**
 * Writes the secret's text of a key into a version, with the label AWSPENDING. The text is judged before, just as it will be read.
 *
 * @param secretString - as `secretStringOf` writes it
 * @throws UnusableSigningKeyError if the key must not sign. Nothing is written then
 */
export async function writePending(
  secret: SigningKeySecret,
  version: string,
  secretString: string,
  algorithm: Algorithm,
): Promise<void> {
  await acceptSigningKey(secretString, algorithm);
  await secret.write(version, secretString, 'AWSPENDING');
}
