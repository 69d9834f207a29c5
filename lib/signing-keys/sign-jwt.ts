import { CompactSign } from 'jose';
import type { SigningKey } from './signing-key.ts';

const utf8 = new TextEncoder();

/**
 * Signs a JWT: a JWS in compact form (RFC 7515 section 3.1) with `alg`, `typ` and `kid` in its header. The claims are signed as
 * they are given: SignJWT of jose would clone them first. In a bundle, jose makes the signature by es256/subtle-sign.ts.
 */
export function signJwt(claims: object, { kid, alg, privateKey }: SigningKey): Promise<string> {
  return new CompactSign(utf8.encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg, typ: 'JWT', kid })
    .sign(privateKey);
}
