import { randomBytes } from 'node:crypto';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { signJwt, type SigningKeys } from '../signing-keys/index.ts';
import { HOUR, type Seconds } from '../runtime/time.ts';
import { MAX_TOKEN_BYTES, refreshAtOf } from './lifetime.ts';

/** The value for every document, or every operation. */
export const ANY = 'any';

/** The longest life of a backend token. It is short because a backend token cannot be revoked. */
export const MAX_BACKEND_TOKEN_SECONDS = HOUR;

/** A request for a backend token. */
interface BackendTokenRequest {
  readonly allowedDocumentIds: readonly string[] | typeof ANY;
  readonly allowedOperations: readonly string[] | typeof ANY;
  /** Origins or regular expressions; absent = every origin. */
  readonly allowedOrigins?: readonly string[];
  /** At most {@link MAX_BACKEND_TOKEN_SECONDS}. */
  readonly ttlSeconds: Seconds;
}

/** A backend token, with the facts that its user and the log need. Times are since the Unix epoch. */
interface MintedBackendToken {
  readonly jwt: string;
  readonly issuedAt: Seconds;
  readonly expiresAt: Seconds;
  readonly refreshAt: Seconds;
  /** For the log. */
  readonly jti: string;
  readonly kid: string;
}

export interface BackendTokenDependencies {
  readonly signingKeys: SigningKeys;
  /** Document Engine's base URL, without a slash at its end. */
  readonly documentEngineUrl: string;
  readonly clock: Clock;
  /** Chooses the times to refresh. */
  readonly random: Random;
}

const JTI_BYTES = 16;

/**
 * Mints a token for Document Engine's `/api/build`, `/api/sign`, `/api/sign_hash` and `/api/get_certificates`
 * ("JwtBackend v1", API reference of Document Engine). It always lists the operations, because a token without them allows all. Its
 * `jti` is random: the token belongs to no holder, and nothing revokes it before it expires.
 *
 * @returns the token, or undefined if it would be longer than 8 KB
 * @throws SigningKeyError if there is no key
 */
export async function mintBackendToken(
  { ttlSeconds, ...allowed }: BackendTokenRequest,
  { signingKeys, documentEngineUrl, clock, random }: BackendTokenDependencies,
): Promise<MintedBackendToken | undefined> {
  const key = await signingKeys.current();
  const issuedAt = secondsOf(clock);
  const expiresAt = issuedAt + ttlSeconds;
  const jti = randomBytes(JTI_BYTES).toString('base64url');
  const claims = {
    allowed_document_ids: allowed.allowedDocumentIds,
    allowed_operations: allowed.allowedOperations,
    ...(allowed.allowedOrigins && { allowed_origins: allowed.allowedOrigins }),
    server_url: documentEngineUrl,
    iat: issuedAt,
    exp: expiresAt,
    jti,
  };
  const jwt = await signJwt(claims, key);
  if (jwt.length > MAX_TOKEN_BYTES) return undefined;
  const refreshAt = refreshAtOf(issuedAt, expiresAt, random);
  return { jwt, issuedAt, expiresAt, refreshAt, jti, kid: key.kid };
}
