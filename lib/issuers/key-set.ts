import type { JWK } from 'jose';
import { ownMember } from '../runtime/json/own-member.ts';
import { IssuerAnswerError } from './errors.ts';
import type { CallerAlgorithm } from './trusted-issuer.ts';

/** A reason to ignore a key of an issuer that the issuer should correct. */
type Suspicion = 'symmetric' | 'private' | 'duplicate';

/** The public keys of an issuer that can verify tokens. */
export interface KeySet {
  /** By `kid`. A `kid` can have several keys if they are for different algorithms (RFC 7517 section 4.5). */
  readonly keys: ReadonlyMap<string, readonly JWK[]>;
  /** Kinds of ignored keys that the issuer should not publish, each once, for the log. */
  readonly suspicions: readonly Suspicion[];
}

const MIN_RSA_BYTES = 2048 / 8;
const MAX_RSA_BYTES = 16_384 / 8;

/** Members of a private key (RFC 7518 section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/**
 * Reads an issuer's key set (RFC 7517 section 5), and keeps the public keys that can verify a signature. All others are ignored: one
 * without `kid`, for another use, too short, private, or symmetric.
 *
 * @throws IssuerAnswerError if it is not a key set
 */
export function readKeySet(document: unknown): KeySet {
  const listed = ownMember(document, 'keys');
  if (!Array.isArray(listed)) throw new IssuerAnswerError('its keys are not a key set');
  const keys = new Map<string, JWK[]>();
  const suspicions = new Set<Suspicion>();
  for (const key of listed) {
    if (PRIVATE_MEMBERS.some((name) => ownMember(key, name) !== undefined)) {
      suspicions.add(ownMember(key, 'kty') === 'oct' ? 'symmetric' : 'private');
      continue;
    }
    const [kid, usable] = [ownMember(key, 'kid'), publicKeyOf(key)];
    if (typeof kid !== 'string' || usable === undefined || !isForSignatures(key)) continue;
    const others = keys.get(kid) ?? [];
    if (others.some((other) => isSameKind(other, usable))) suspicions.add('duplicate');
    keys.set(kid, [...others, usable]);
  }
  return { keys, suspicions: [...suspicions] };
}

/**
 * Finds the key for a token.
 *
 * @returns undefined if no key, or more than one, fits the `kid` and the algorithm: of two keys, nobody could say which is the issuer's
 */
export function keyFor({ keys }: KeySet, kid: string, algorithm: CallerAlgorithm): JWK | undefined {
  const [key, ...others] = (keys.get(kid) ?? []).filter((it) => fits(it, algorithm));
  return others.length === 0 ? key : undefined;
}

function fits({ kty, crv, alg }: JWK, algorithm: CallerAlgorithm): boolean {
  const isItsKind =
    kty === 'RSA'
      ? /^[RP]S/.test(algorithm)
      : kty === 'EC'
        ? CURVES[algorithm] === crv
        : algorithm === 'EdDSA' || algorithm === 'Ed25519';
  return isItsKind && (alg === undefined || alg === algorithm || isEdwards(alg, algorithm));
}

/** RFC 9864 renames `EdDSA` with the curve Ed25519 to `Ed25519`. */
const isEdwards = (...names: readonly string[]): boolean =>
  names.every((name) => name === 'EdDSA' || name === 'Ed25519');

const isSameKind = (one: JWK, other: JWK): boolean =>
  one.kty === other.kty && one.crv === other.crv && (one.alg ?? other.alg) === (other.alg ?? one.alg);

/** Tells whether the members of RFC 7517 sections 4.2 and 4.3 allow to verify signatures with a key. */
function isForSignatures(key: unknown): boolean {
  const [use, operations] = [ownMember(key, 'use'), ownMember(key, 'key_ops')];
  if (use !== undefined && use !== 'sig') return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

/** Copies the members of a public key that its signatures need. Undefined for a key that verifies no allowed algorithm. */
function publicKeyOf(key: unknown): JWK | undefined {
  const [kty, crv] = [ownMember(key, 'kty'), ownMember(key, 'crv')];
  const alg = ownMember(key, 'alg');
  const [n, e, x, y] = ['n', 'e', 'x', 'y'].map((name) => ownMember(key, name));
  if (alg !== undefined && typeof alg !== 'string') return undefined;
  const common = alg === undefined ? {} : { alg };
  if (kty === 'RSA' && typeof n === 'string' && typeof e === 'string') {
    const { length } = Buffer.from(n, 'base64url');
    const isSized = length >= MIN_RSA_BYTES && length <= MAX_RSA_BYTES;
    return isSized && isPublicExponent(e) ? { ...common, kty, n, e } : undefined;
  }
  if (typeof x !== 'string' || typeof crv !== 'string') return undefined;
  if (kty === 'EC' && typeof y === 'string' && Object.values(CURVES).includes(crv))
    return { ...common, kty, crv, x, y };
  return kty === 'OKP' && crv === 'Ed25519' ? { ...common, kty, crv, x } : undefined;
}

/**
 * Tells whether a number is odd and at least 3, as RFC 8017 section 3.1 requires of a public exponent. With the exponent 1, the
 * padded hash is its own signature, so everyone could sign.
 *
 * @param e - base64url, as in a JWK
 */
function isPublicExponent(e: string): boolean {
  const bytes = Buffer.from(e, 'base64url');
  const last = bytes.at(-1) ?? 0;
  return last % 2 === 1 && (last > 1 || bytes.subarray(0, -1).some((byte) => byte > 0));
}
