import type { KeyObject, webcrypto } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Algorithm } from './algorithms.ts';
import { parseSigningKeySecret, type KeyPair } from './secret.ts';

/** A key that signs: imported once, not extractable. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: Algorithm;
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicKey: KeyObject;
}

/** The source of the key to sign with. */
export interface SigningKeys {
  /** Gives the key to sign with now. @throws SigningKeyError if there is none */
  current(): Promise<SigningKey>;
}

/**
 * Gets the current signing key from Secrets Manager. An unchanged secret version is not imported again.
 *
 * @param secretArn - the secret's ARN
 * @param algorithm - the stage's algorithm
 * @param beforeUse - is told of each new key; the key is not used before it resolves, nor if it rejects
 * @returns a function that fetches the key; it rejects with a SigningKeyError, or with the SDK's error.
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
    const key = signingKeyOf(await parseSigningKeySecret(secret.SecretString, algorithm));
    await beforeUse(key);
    if (secret.VersionId !== undefined) last = { versionId: secret.VersionId, key };
    return key;
  };
}

/** Imports a key pair for signing. */
export function signingKeyOf({ kid, alg, privateKey, publicKey }: KeyPair): SigningKey {
  return { kid, alg, privateKey: privateKey.toCryptoKey(importParameters(alg), false, ['sign']), publicKey };
}

function importParameters(alg: Algorithm): webcrypto.EcKeyImportParams | webcrypto.RsaHashedImportParams {
  switch (alg) {
    case 'ES256':
      return { name: 'ECDSA', namedCurve: 'P-256' };
    case 'ES512':
      return { name: 'ECDSA', namedCurve: 'P-521' };
    case 'RS256':
      return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    case 'RS512':
      return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' };
  }
}
