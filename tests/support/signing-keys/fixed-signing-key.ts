import { generateKeyPairSync } from 'node:crypto';
import { type SigningKeys } from '../../../lib/signing-keys/index.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const signs = privateKey.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);

/** Signing keys that always give the same ES256 key. */
export const fixedSigningKeys: SigningKeys = {
  current: () => Promise.resolve({ kid: 'test-key', alg: 'ES256', privateKey: signs, publicKey }),
};

/** The public half of the key that {@link fixedSigningKeys} give. */
export const fixedPublicKey = publicKey;
