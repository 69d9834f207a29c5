import { SignJWT } from 'jose';
import { type SigningKey } from '../signing-keys/index.ts';
import { type ClientTokenClaims } from './claims.ts';

/** Signs a client token: a JWS in compact form (RFC 7515 section 3.1) with `alg`, `typ` and `kid` in its header. */
export function signToken(claims: ClientTokenClaims, key: SigningKey): Promise<string> {
  return new SignJWT({ ...claims, permissions: [...claims.permissions] })
    .setProtectedHeader({ alg: key.alg, typ: 'JWT', kid: key.kid })
    .sign(key.privateKey);
}
