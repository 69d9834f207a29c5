import { generateKeyPairSync } from 'node:crypto';
import { type SigningKeys } from '../../../lib/signing-keys/index.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const signs = privateKey.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);

/** A source of signing keys that always gives the same ES256 key. */
export const fixedSigningKeys: SigningKeys = {
  current: () => Promise.resolve({ kid: 'test-key', alg: 'ES256', privateKey: signs, publicKey }),
};

/** The public half of the key of {@link fixedSigningKeys}. */
export const fixedPublicKey = publicKey;
