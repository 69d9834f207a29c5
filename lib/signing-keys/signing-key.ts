import type { KeyObject, webcrypto } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretTextOf } from '../runtime/secret-value.ts';
import type { Algorithm } from './algorithms.ts';
import { UnusableSigningKeyError } from './errors.ts';
import { importEs256Key } from './es256/subtle-sign.ts';
import { parseSigningKeySecret, type KeyPair } from './secret.ts';

/** A key to sign with, imported as not extractable. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicKey: KeyObject;
}

/** The source of the key to sign with. */
export interface SigningKeys {
  /** Gives the key to sign with now. @throws SigningKeyError if there is none. */
  current(): Promise<SigningKey>;
}

/**
 * Makes a function that fetches the current signing key from Secrets Manager. It does not import an unchanged secret version
 * again.
 *
 * @param algorithm - the stage's algorithm
 * @param beforeUse - called with each new key. The key is used only after it has resolved
 * @returns the function. It rejects with a SigningKeyError, with the SDK's error, or with that of `beforeUse`
 */
export function signingKeyFetcher(
  client: SecretsManagerClient,
  secretArn: string,
  algorithm: Algorithm,
  beforeUse: (key: SigningKey) => Promise<void>,
): () => Promise<SigningKey> {
  let last: { readonly versionId: string; readonly key: SigningKey } | undefined;
  return async () => {
    const secret = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    if (last !== undefined && last.versionId === secret.VersionId) return last.key;
    const key = signingKeyOf(await parseSigningKeySecret(secretTextOf(secret), algorithm));
    await beforeUse(key);
    if (secret.VersionId !== undefined) last = { versionId: secret.VersionId, key };
    return key;
  };
}

/** Imports a key pair for signing. @throws UnusableSigningKeyError if Node.js does not import it */
export function signingKeyOf({ kid, alg, privateKey, publicKey }: KeyPair): SigningKey {
  try {
    return {
      kid,
      alg,
      privateKey: importedKey(privateKey, alg),
      publicKey,
    };
  } catch {
    // Without the cause: an error of OpenSSL does not help, and may quote its input.
    throw new UnusableSigningKeyError(`Node.js cannot sign ${alg} with this key. Make another key`);
  }
}

function importedKey(privateKey: KeyObject, alg: Algorithm): webcrypto.CryptoKey {
  const imported = (parameters: webcrypto.EcKeyImportParams | webcrypto.RsaHashedImportParams) =>
    privateKey.toCryptoKey(parameters, false, ['sign']);
  switch (alg) {
    case 'ES256':
      return importEs256Key(privateKey);
    case 'ES512':
      return imported({ name: 'ECDSA', namedCurve: 'P-521' });
    case 'RS256':
      return imported({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' });
    case 'RS512':
      return imported({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' });
  }
}
