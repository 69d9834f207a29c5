import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

// Both go by way of the JWK (RFC 7517), which has one form for a key. OpenSSL writes an EC key in the form in which it was read: with the
// whole curve in place of its name, or with a compressed or hybrid point. It signs with such a key, but the crypto libraries of Go,
// Java and Erlang refuse its public half, and RFC 5480 (sections 2.1.1 and 2.2) forbids the first and the last form.

/** Writes a public key as SPKI PEM, an EC key with a named curve and an uncompressed point. */
export function spkiOf(publicKey: KeyObject): string {
  return createPublicKey({ key: publicKey.export({ format: 'jwk' }), format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}

/** Writes a private key as PKCS#8 PEM, an EC key with a named curve and an uncompressed point. */
export function pkcs8Of(privateKey: KeyObject): string {
  return createPrivateKey({ key: privateKey.export({ format: 'jwk' }), format: 'jwk' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}
