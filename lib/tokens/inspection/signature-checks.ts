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

/** The algorithm, the keys and the moment that a signature is judged by. */
interface SignatureRules {
  /** The stage's algorithm, which is Document Engine's `JWT_ALGORITHM`. */
  readonly algorithm: Algorithm;
  readonly published: readonly PublishedKey[];
  /** Since the Unix epoch. */
  readonly at: Seconds;
}

/** Judges the header and the signature. */
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
            : `Sign with ${algorithm}: Document Engine takes one algorithm at a time, the one that its JWT_ALGORITHM names and this deployment signs with.`,
      },
    ),
    check(
      { rule: 'crit', basis: 'undocumented', expected: 'absent' },
      {
        actual: shown(crit),
        fault:
          crit === undefined
            ? undefined
            : 'Leave it out. Whoever does not know an extension that it names must refuse the token (RFC 7515 section 4.1.11), and Document Engine documents none.',
      },
    ),
  ];
}

function unknownAlgorithm(alg: unknown): string {
  if (typeof alg === 'string' && alg.toLowerCase() === 'none')
    return 'An unsigned token is never accepted. Have it signed by this service.';
  if (typeof alg === 'string' && alg.startsWith('HS'))
    return 'This is signed with a shared secret, and Document Engine has public keys only. Sign with the private key; a public key is no secret to sign with.';
  return 'Sign with an algorithm that Document Engine takes.';
}

const SIGNATURE = {
  rule: 'signature',
  basis: 'documented',
  expected: 'verified by a key that this deployment publishes (/.well-known/jwks.json)',
} as const;

const FORM_IS_WRONG = {
  actual: 'not looked at',
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
          fault: otherwise ? whyNot(otherwise, algorithm) : whyNone(published),
        },
  );
}

function whyNot({ state, alg }: PublishedKey, algorithm: Algorithm): string {
  if (state === 'dropped')
    return 'The key was given up, and nothing that it signed is accepted. Mint a new token.';
  if (alg !== algorithm)
    return `The key is for ${alg}, and this deployment signs with ${algorithm} now. Mint a new token.`;
  return 'The key was replaced, and the time of its tokens is over. Mint a new token.';
}

function whyNone(published: readonly PublishedKey[]): string {
  if (published.length === 0)
    return 'No key is published yet: minting publishes a key when it first uses it. Mint a token and inspect that one.';
  return 'The token was changed after it was signed, or signed with a key of another deployment. Mint it here, and pass it on as it is.';
}

/** Document Engine does not document whether it reads the `kid`: a wrong one may be overlooked, or cost the token. */
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
        : 'Name the key that signed as /.well-known/jwks.json has it. Document Engine does not document whether it reads this; others find the key by it.',
    },
  );
}

function named({ kid, state }: PublishedKey): string {
  return `the ${state} key ${shown(kid)}`;
}
