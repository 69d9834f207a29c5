import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../runtime/clock.ts';
import { pkcs8Of, spkiOf, thumbprint, type Algorithm, type KeyPair } from '../signing-keys/index.ts';

/** NIST SP 800-57: enough until 2030, and a key lives for months. Signing with 4096 bits takes seven times as long. */
const RSA_BITS = 2048;

const generate = promisify(generateKeyPair);

/** A new key pair, and the text for the signing key's secret. The private half is stored nowhere else. */
export interface GeneratedKey {
  readonly pair: KeyPair;
  readonly secretString: string;
}

/** Generates a key pair for an algorithm. Its `kid` is the RFC 7638 thumbprint of the public half. */
export async function generateSigningKey(alg: Algorithm, clock: Clock): Promise<GeneratedKey> {
  const { privateKey, publicKey } = await generatePair(alg);
  const pair = { kid: await thumbprint(publicKey), alg, privateKey, publicKey };
  return { pair, secretString: secretStringOf(pair, clock) };
}

/** Writes a key pair as the JSON text of the signing key's secret. */
export function secretStringOf({ kid, alg, privateKey, publicKey }: KeyPair, clock: Clock): string {
  return JSON.stringify({
    kid,
    alg,
    privateKey: pkcs8Of(privateKey),
    publicKey: spkiOf(publicKey),
    createdAt: new Date(clock.now()).toISOString(),
  });
}

function generatePair(alg: Algorithm): Promise<Pick<KeyPair, 'privateKey' | 'publicKey'>> {
  switch (alg) {
    case 'ES256':
      return generate('ec', { namedCurve: 'P-256' });
    case 'ES512':
      return generate('ec', { namedCurve: 'P-521' });
    case 'RS256':
    case 'RS512':
      return generate('rsa', { modulusLength: RSA_BITS });
  }
}
