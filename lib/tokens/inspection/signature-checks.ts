import {
  ALGORITHMS,
  nowVerifies,
  verifiesJws,
  type Algorithm,
  type PublishedKey,
} from '../../signing-keys/index.ts';
import type { Seconds } from '../../runtime/time.ts';
import { check, shown, type Check } from './check.ts';
import type { DecodedToken, JsonObject } from './decoding.ts';

interface SignatureRules {
  /** The stage's algorithm, which is Document Engine's `JWT_ALGORITHM`. */
  readonly algorithm: Algorithm;
  readonly published: readonly PublishedKey[];
  /** Since the Unix epoch. */
  readonly at: Seconds;
}

/** Checks the header and the signature. */
export function signatureChecks({ header, signed }: DecodedToken, rules: SignatureRules): Check[] {
  const by = signed && rules.published.filter((key) => verifiesJws(key, signed.input, signed.signature));
  const verifying = by?.find((key) => key.alg === rules.algorithm && nowVerifies(key, rules.at));
  return [
    ...(header ? headerChecks(header, rules) : []),
    signed ? signatureCheck(verifying, by?.[0], rules) : check(SIGNATURE, FORM_IS_WRONG),
    ...(header ? [kidCheck(header, verifying, rules)] : []),
  ];
}

function headerChecks({ alg, crit }: JsonObject, { algorithm }: SignatureRules): Check[] {
  const known = ALGORITHMS.some((name) => name === alg);
  return [
    check(
      { rule: 'alg', basis: 'documented', expected: `one of ${ALGORITHMS.join(', ')}` },
      { actual: shown(alg), fault: known ? undefined : unknownAlgorithm(alg) },
    ),
    check(
      { rule: 'alg-of-stage', basis: 'documented', expected: algorithm },
      {
        actual: shown(alg),
        fault:
          alg === algorithm
            ? undefined
            : `Sign with ${algorithm}: Document Engine takes only the algorithm in its JWT_ALGORITHM, and this deployment signs with that one.`,
      },
    ),
    check(
      { rule: 'crit', basis: 'undocumented', expected: 'absent' },
      {
        actual: shown(crit),
        fault:
          crit === undefined
            ? undefined
            : 'Leave it out. A recipient must refuse a token that names an extension it does not know (RFC 7515 section 4.1.11), and Document Engine documents no extension.',
      },
    ),
  ];
}

function unknownAlgorithm(alg: unknown): string {
  if (typeof alg === 'string' && alg.toLowerCase() === 'none')
    return 'An unsigned token is never accepted. Mint the token with this service, which signs it.';
  if (typeof alg === 'string' && alg.startsWith('HS'))
    return 'This is signed with a shared secret, and Document Engine has only public keys. Sign with the private key; never use a public key as a secret.';
  return 'Sign with an algorithm that Document Engine takes.';
}

const SIGNATURE = {
  rule: 'signature',
  basis: 'documented',
  expected: 'verified by a key that this deployment publishes (/.well-known/jwks.json)',
} as const;

const FORM_IS_WRONG = {
  actual: 'not checked',
  fault: 'Correct the form of the token first: three parts in base64url.',
};

/** @param otherwise - a key that verifies the signature but no longer counts */
function signatureCheck(
  verifying: PublishedKey | undefined,
  otherwise: PublishedKey | undefined,
  { published, algorithm, at }: SignatureRules,
): Check {
  return check(
    SIGNATURE,
    verifying
      ? { actual: `verified by ${named(verifying)}` }
      : {
          actual: otherwise
            ? `made by ${named(otherwise)}, which no longer counts`
            : `verified by none of ${published.filter((key) => nowVerifies(key, at)).length} keys`,
          fault: otherwise ? faultOfKey(otherwise, algorithm) : faultWithoutKey(published),
        },
  );
}

function faultOfKey({ state, alg }: PublishedKey, algorithm: Algorithm): string {
  if (state === 'dropped')
    return 'The key was dropped, and its tokens are no longer accepted. Mint a new token.';
  if (alg !== algorithm)
    return `The key is for ${alg}, and this deployment signs with ${algorithm} now. Mint a new token.`;
  return 'The key was replaced, and it no longer verifies tokens. Mint a new token.';
}

function faultWithoutKey(published: readonly PublishedKey[]): string {
  if (published.length === 0)
    return 'No key is published yet. The first mint with a key publishes it. Mint a token and inspect that one.';
  return 'The token was changed after it was signed, or it was signed with a key of another deployment. Mint it here, and pass it on unchanged.';
}

/** Checks the `kid`. Document Engine does not document whether it reads it, so a wrong one could make it refuse the token. */
function kidCheck(
  { kid }: JsonObject,
  verifying: PublishedKey | undefined,
  { published }: SignatureRules,
): Check {
  const right = verifying ? kid === verifying.kid : published.some((key) => key.kid === kid);
  return check(
    { rule: 'kid', basis: 'advice', expected: 'the id of the key that signed' },
    {
      actual: shown(kid),
      fault: right
        ? undefined
        : 'Write the id of the signing key from /.well-known/jwks.json. Document Engine does not document whether it reads this; other verifiers find the key by it.',
    },
  );
}

function named({ kid, state }: PublishedKey): string {
  return `the ${state} key ${shown(kid)}`;
}
