import {
  NoSigningKeyError,
  UnusableSigningKeyError,
  parseSigningKeySecret,
  type Algorithm,
  type KeyPair,
} from '../signing-keys/index.ts';
import { RotationRefusedError } from './errors.ts';
import { type SigningKeySecret } from './signing-key-secret.ts';

/**
 * The key that signs now; undefined where there is none yet.
 *
 * @throws RotationRefusedError where it cannot be read, or is not for the algorithm: it could not be kept verifying.
 */
export async function currentPair(
  secret: SigningKeySecret,
  algorithm: Algorithm,
): Promise<KeyPair | undefined> {
  const current = (await secret.labels()).versionWith('AWSCURRENT');
  if (current === undefined) {
    throw new RotationRefusedError('The secret has no current version. Put {"state": "none"} into it first');
  }
  try {
    return await parseSigningKeySecret(await secret.read(current), algorithm);
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
 * The key of a version that is to become current.
 *
 * @throws RotationRefusedError where there is none that can.
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
