import type { JWK } from 'jose';
import { keyFor, readKeySet, type CallerAlgorithm } from '../../../../lib/issuers/index.ts';
import { failed, ok, warning, type Finding } from '../finding.ts';
import { GATEWAY_ALGORITHMS, settingOf, type CheckedIssuer } from './checked-issuer.ts';

const LEAST_BITS = 2048;
const MOST_NAMED = 5;

/** The cure for an issuer that API Gateway cannot serve. A function of the stack verifies more algorithms. */
export const OTHER_ALGORITHMS =
  'Let the issuer sign access tokens with RS256. If it cannot, use the parameter "issuers" in place of "issuer" and "audience", with its "algorithms": a function of the stack then verifies the tokens.';

/** Judges the public keys of an issuer: there must be one with which a token can be verified. */
export function checkSigningKeys(check: string, keys: readonly JWK[], issuer: CheckedIssuer): Finding {
  const judged = keys.map((key) => ({ key, reason: whyUnusable(key, keys, issuer) }));
  const usable = judged.filter(({ reason }) => reason === undefined);
  if (usable.length > 0) return ok(check, `${usable.length} of ${keys.length}`);
  if (keys.length === 0) {
    return failed(
      check,
      'its key set is empty',
      'Let the issuer sign access tokens with a key pair. A provider without a public key signs with a shared secret (HS256), or gives tokens that are not JWTs.',
    );
  }
  const named = judged.slice(0, MOST_NAMED).map(({ key, reason }) => `${nameOf(key)} ${reason ?? ''}`);
  const others = judged.length - named.length;
  return failed(
    check,
    named.join('; ') + (others > 0 ? `; and ${others} more` : ''),
    issuer.name === undefined
      ? OTHER_ALGORITHMS
      : `Set ${settingOf(issuer, 'algorithms')} to those of the issuer, and let it name each key by a "kid".`,
  );
}

/** Looks for keys that nobody should be able to read. */
export function checkKeysArePublic(check: string, keys: readonly JWK[]): Finding {
  const { suspicions } = readKeySet({ keys });
  if (suspicions.includes('private')) {
    return failed(
      check,
      'it shows a private key',
      'Anybody can sign tokens as any user with it. Replace the key pair at the issuer now, and remove the private key from the key set.',
    );
  }
  if (suspicions.includes('symmetric')) {
    return warning(
      check,
      'it shows a symmetric key, which is a shared secret',
      'It is ignored here. Anybody can sign tokens with it that other systems may accept: replace the secret at the issuer, and remove it from the key set.',
    );
  }
  return ok(check);
}

/**
 * Says why a token cannot be verified with a key; undefined if it can.
 *
 * @param keys - all of the issuer
 */
export function whyUnusable(key: JWK, keys: readonly JWK[], issuer: CheckedIssuer): string | undefined {
  return issuer.name === undefined ? whyUnusableForGateway(key) : whyUnusableForFunction(key, keys, issuer);
}

function whyUnusableForGateway({ kty, kid, use, alg, n }: JWK): string | undefined {
  if (kty !== 'RSA') return `is of type ${String(kty)}, and API Gateway verifies with RSA only`;
  if (use !== undefined && use !== 'sig') return `is for "${use}", not for signatures`;
  if (alg !== undefined && !GATEWAY_ALGORITHMS.includes(alg)) return `is for ${alg}, not for RS256`;
  if (typeof kid !== 'string' || kid === '') return 'has no "kid", by which API Gateway finds it';
  if (typeof n !== 'string' || Buffer.from(n, 'base64url').length * 8 < LEAST_BITS)
    return `is shorter than ${LEAST_BITS} bits`;
  return undefined;
}

/** The service's own code decides. The rest finds the words for it. */
function whyUnusableForFunction(
  key: JWK,
  keys: readonly JWK[],
  { algorithms }: CheckedIssuer,
): string | undefined {
  const { kty, kid, use, alg, crv } = key;
  const fitsIn = (set: readonly JWK[], algorithm: string): boolean =>
    keyFor(readKeySet({ keys: set }), kid ?? '', algorithm as CallerAlgorithm) !== undefined;
  if (typeof kid === 'string' && algorithms.some((algorithm) => fitsIn([key], algorithm))) {
    const isAlone = algorithms.some((algorithm) => fitsIn(keys, algorithm));
    return isAlone ? undefined : 'has the same "kid" as another key for the same algorithm';
  }
  if (kty === 'oct') return 'is symmetric, so that everyone with the secret could sign';
  if (typeof kid !== 'string' || kid === '') return 'has no "kid", by which the authorizer finds it';
  if (use !== undefined && use !== 'sig') return `is for "${use}", not for signatures`;
  const kind = alg ?? [kty, crv].filter((it) => it !== undefined).join(' ');
  return `is for ${kind}, too short, or private; the stage takes ${algorithms.join(', ')}`;
}

const nameOf = ({ kid }: JWK): string =>
  typeof kid === 'string' ? `the key ${JSON.stringify(kid)}` : 'a key';
