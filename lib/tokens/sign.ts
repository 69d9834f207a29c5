import { signJwt, type SigningKey } from '../signing-keys/index.ts';
import { type ClientTokenClaims } from './claims.ts';

/** Signs a client token. */
export function signToken(claims: ClientTokenClaims, key: SigningKey): Promise<string> {
  return signJwt({ ...claims }, key);
}
