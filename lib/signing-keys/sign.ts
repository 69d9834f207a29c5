import { SignJWT, type JWTPayload } from 'jose';
import { type SigningKey } from './signing-key.ts';

/** Signs a JWT: a JWS in compact form (RFC 7515 section 3.1) with `alg`, `typ` and `kid` in its header. */
export function signJwt(claims: JWTPayload, key: SigningKey): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, typ: 'JWT', kid: key.kid })
    .sign(key.privateKey);
}
