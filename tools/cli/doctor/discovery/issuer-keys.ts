import type { JWK } from 'jose';
import { failed, ok, type Finding } from '../finding.ts';

/** The algorithms of caller tokens that API Gateway's JWT authorizer verifies: RSA with PKCS #1 padding (RFC 7518 section 3.3). */
export const AUTHORIZER_ALGORITHMS: readonly string[] = ['RS256', 'RS384', 'RS512'];

const LEAST_BITS = 2048;
const MOST_NAMED = 5;

/** Judges the public keys of an issuer: API Gateway needs an RSA key for signatures, with a `kid`. */
export function checkSigningKeys(check: string, keys: readonly JWK[]): Finding {
  const judged = keys.map((key) => ({ key, reason: whyUnusable(key) }));
  const usable = judged.filter(({ reason }) => reason === undefined);
  if (usable.length > 0) return ok(check, `${usable.length} of ${keys.length}`);
  if (keys.length === 0) {
    return failed(
      check,
      'its key set is empty',
      'Let the issuer sign access tokens with RS256. A provider without a public key signs with a shared secret (HS256), or gives tokens that are not JWTs.',
    );
  }
  const named = judged.slice(0, MOST_NAMED).map(({ key, reason }) => `${nameOf(key)} ${reason ?? ''}`);
  const others = judged.length - named.length;
  return failed(
    check,
    named.join('; ') + (others > 0 ? `; and ${others} more` : ''),
    'Let the issuer sign access tokens with RS256, under a key with a "kid".',
  );
}

/** Says why API Gateway cannot verify a token with a key; undefined if it can. */
export function whyUnusable({ kty, kid, use, alg, n }: JWK): string | undefined {
  if (kty !== 'RSA') return `is of type ${String(kty)}, and API Gateway verifies with RSA only`;
  if (use !== undefined && use !== 'sig') return `is for "${use}", not for signatures`;
  if (alg !== undefined && !AUTHORIZER_ALGORITHMS.includes(alg)) return `is for ${alg}, not for RS256`;
  if (typeof kid !== 'string' || kid === '') return 'has no "kid", by which API Gateway finds it';
  if (typeof n !== 'string' || Buffer.from(n, 'base64url').length * 8 < LEAST_BITS)
    return `is shorter than ${LEAST_BITS} bits`;
  return undefined;
}

const nameOf = ({ kid }: JWK): string =>
  typeof kid === 'string' ? `the key ${JSON.stringify(kid)}` : 'a key';
