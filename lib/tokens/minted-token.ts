import { DEFAULT_LAYER, type Permission } from '../document-engine/index.ts';
import type { DecidingGrant, GrantSource } from '../grants/index.ts';
import type { Random } from '../runtime/random.ts';
import type { Seconds } from '../runtime/time.ts';
import { signJwt, type SigningKeys } from '../signing-keys/index.ts';
import type { ClientTokenClaims } from './claims.ts';
import { MAX_TOKEN_BYTES, refreshAtOf } from './lifetime.ts';

/** A decided token, ready to sign. */
export interface UnsignedToken {
  readonly outcome: 'unsigned';
  readonly claims: ClientTokenClaims;
  /** The grants that it is built from. */
  readonly grants: readonly DecidingGrant[];
}

/** A token, with the facts that clients and the log need. Times are since the Unix epoch. */
export interface MintedToken {
  readonly outcome: 'minted';
  readonly jwt: string;
  readonly documentId: string;
  readonly layer: string;
  readonly userId: string;
  readonly permissions: readonly Permission[];
  /** The grants that it is built from, for the audit log. */
  readonly grants: readonly DecidingGrant[];
  readonly issuedAt: Seconds;
  readonly expiresAt: Seconds;
  /** The time to ask for the next one, see {@link refreshAtOf}. */
  readonly refreshAt: Seconds;
  /** The `jti`, for the log. */
  readonly family: string;
  /** The id of the signing key, for the log. */
  readonly kid: string;
}

/** A refusal, because the token would be longer than {@link MAX_TOKEN_BYTES}. */
export interface TokenTooLarge {
  readonly outcome: 'refused';
  readonly reason: 'token-too-large';
  /** The sources of the grants that it would be built from. */
  readonly builtFrom: readonly GrantSource[];
}

/**
 * Signs a client token.
 *
 * @throws SigningKeyError if there is no key
 */
export async function signToken(
  { claims, grants }: UnsignedToken,
  signingKeys: SigningKeys,
  random: Random,
): Promise<MintedToken | TokenTooLarge> {
  const key = await signingKeys.current();
  const jwt = await signJwt(claims, key);
  if (jwt.length > MAX_TOKEN_BYTES) {
    const builtFrom = grants.map(({ principal }) => principal);
    return { outcome: 'refused', reason: 'token-too-large', builtFrom };
  }
  return {
    outcome: 'minted',
    jwt,
    documentId: claims.document_id,
    layer: claims.layer ?? DEFAULT_LAYER,
    userId: claims.user_id,
    permissions: claims.permissions,
    grants,
    issuedAt: claims.iat,
    expiresAt: claims.exp,
    refreshAt: refreshAtOf(claims.iat, claims.exp, random),
    family: claims.jti,
    kid: key.kid,
  };
}
