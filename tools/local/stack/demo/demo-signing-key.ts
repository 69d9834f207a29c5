import { generateKeyPairSync } from 'node:crypto';
import type { Clock } from '../../../../lib/runtime/clock.ts';
import { type Algorithm, thumbprint } from '../../../../lib/signing-keys/index.ts';

/** A key pair in the form of the signing key's secret. */
export interface SigningKeyPair {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly alg: Algorithm;
  /** PKCS#8 PEM. */
  readonly privateKey: string;
  /** SPKI PEM. */
  readonly publicKey: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

/** Makes a new ES256 key pair. */
export async function generateSigningKey(clock: Clock): Promise<SigningKeyPair> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    kid: await thumbprint(publicKey),
    alg: 'ES256',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    createdAt: new Date(clock.now()).toISOString(),
  };
}
