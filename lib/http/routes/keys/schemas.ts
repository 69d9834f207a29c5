import * as z from 'zod/mini';
import { ALGORITHMS } from '../../../signing-keys/index.ts';

const forSignatures = {
  use: z.literal('sig'),
  alg: z.enum(ALGORITHMS),
  kid: z.string(),
  /** The times at which it was made and ceases to verify (NumericDate). Absent if that is not known. */
  iat: z.optional(z.int()),
  exp: z.optional(z.int()),
};

/** The public keys that now verify: a JWK Set (RFC 7517 section 5). */
export const Jwks = z.strictObject({
  keys: z.array(
    z.union([
      z.strictObject({
        kty: z.literal('EC'),
        crv: z.string(),
        x: z.string(),
        y: z.string(),
        ...forSignatures,
      }),
      z.strictObject({ kty: z.literal('RSA'), n: z.string(), e: z.string(), ...forSignatures }),
    ]),
  ),
});
