import jwt, { type Jwt } from 'jsonwebtoken';
import type { JwtSecret, JwtSecrets } from './jwt-secrets.ts';
import type { Algorithm } from './options.ts';

/** The payload of a JWT that a live key verified, or the problem. */
export type Signed = { readonly payload: unknown; readonly secretId: number } | { readonly problem: string };

/** Reads a JWT without verifying anything. Returns undefined if it is not a JWT. */
export function decode(token: string): Jwt | undefined {
  try {
    return jwt.decode(token, { complete: true }) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Verifies a JWT's algorithm and signature, but none of its claims. */
export function verifySignature(token: string, algorithm: Algorithm, secrets: JwtSecrets): Signed {
  const decoded = decode(token);
  if (decoded === undefined) return { problem: 'Invalid JWT: It does not have the form of a signed JWT' };
  if (decoded.header.alg !== algorithm)
    return { problem: `Invalid \`alg\` header in JWT: The algorithm must be ${algorithm}` };
  // RFC 7515 section 4.1.11: a receiver that does not understand an extension must refuse the token.
  if (decoded.header.crit !== undefined)
    return { problem: 'Invalid `crit` header in JWT: No extension is supported' };
  const secret = secrets
    .candidates(decoded.header.kid)
    .find((candidate) => verifies(candidate, token, algorithm));
  return secret === undefined
    ? { problem: 'Invalid JWT: No secret verifies its signature' }
    : { payload: decoded.payload, secretId: secret.id };
}

function verifies({ publicKey }: JwtSecret, token: string, algorithm: Algorithm): boolean {
  try {
    // token-claims.ts judges the times, by the clock of the options.
    jwt.verify(token, publicKey.key, {
      algorithms: [algorithm],
      ignoreExpiration: true,
      ignoreNotBefore: true,
    });
    return true;
  } catch {
    return false;
  }
}
