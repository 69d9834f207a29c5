import {
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
 * Reads the key of the version with the label AWSCURRENT; undefined if there is none yet.
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
        'docs/operations.md says how to change it.)',
    );
  }
}

/**
 * Reads the key of the version that will become current.
 *
 * @throws RotationRefusedError if the version has no key, or one that cannot sign
 */
export async function pendingPair(
  secret: SigningKeySecret,
  version: string,
  algorithm: Algorithm,
): Promise<KeyPair> {
  const value = await secret.read(version);
  if (value === undefined) {
    throw new RotationRefusedError('There is no pending key: createSecret comes first');
  }
  try {
    return await parseSigningKeySecret(value, algorithm);
  } catch (error) {
    if (!(error instanceof UnusableSigningKeyError || error instanceof NoSigningKeyError)) throw error;
    throw new RotationRefusedError(`The pending key cannot be used: ${error.message}`);
  }
}
