import { decodeJwt, jwtVerify } from 'jose';
import * as z from 'zod';
import { fixedPublicKey } from '../signing-keys/fixed-signing-key.ts';

/** The claims of a client token, and no others. */
const ClientTokenClaims = z.strictObject({
  document_id: z.string(),
  permissions: z.array(z.enum(['read-document', 'write', 'download', 'cover-image'])).nonempty(),
  layer: z.string().optional(),
  user_id: z.string(),
  default_group: z.string().optional(),
  collaboration_permissions: z.array(z.string()).optional(),
  creator_name: z.string().optional(),
  iat: z.int(),
  exp: z.int(),
  jti: z.string(),
});

/** The claims of a token. */
export type TokenClaims = z.output<typeof ClientTokenClaims>;

/** Reads the claims of a token without verifying it. */
export function claimsIn(jwt: string): TokenClaims {
  return ClientTokenClaims.parse(decodeJwt(jwt));
}

/** Verifies a token's signature by the fixed key, ignoring its times, and reads its claims. */
export async function claimsOf(jwt: string): Promise<TokenClaims> {
  const { payload } = await jwtVerify(jwt, fixedPublicKey, { currentDate: new Date(0) });
  return ClientTokenClaims.parse(payload);
}
