import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { singleBearer } from '../identity/index.ts';
import { secondsOf, type Clock } from '../runtime/clock.ts';
import { TokenRefusedError, type RefusalReason } from './errors.ts';
import type { IssuerKeys } from './issuer-key-cache.ts';
import { CLOCK_TOLERANCE } from './authorizer-context.ts';
import type { CallerAlgorithm, TrustedIssuer } from './trusted-issuer.ts';

/** An issuer with its keys. */
export interface IssuerWithKeys extends TrustedIssuer {
  readonly keys: Pick<IssuerKeys, 'keyFor'>;
}

/** A token that is verified. */
export interface VerifiedToken {
  /** As it was sent, without the scheme. */
  readonly token: string;
  readonly issuer: TrustedIssuer;
}

/** The longest Authorization header. API Gateway accepts 10,240 bytes of request line and headers together. */
export const MAX_BEARER_LENGTH = 10_240;

/** The `typ` of access tokens (RFC 9068) and id tokens. A logout token or a proof of possession is neither (RFC 8725 section 3.11). */
const TYPES = /^(?:application\/)?(?:JWT|at\+jwt)$/i;

const MAX_KID_LENGTH = 512;

/**
 * Verifies a caller token of one of several issuers.
 *
 * The token's own `iss`, not yet verified, only chooses the issuer. Everything is then verified against this issuer alone: the key by
 * `kid` from its own key set, the algorithm, `iss`, `aud`, `exp`, `nbf` and `iat`. Of the header, nothing but `alg`, `kid` and `typ` is
 * read: a key or an address in it (`jwk`, `jku`, `x5c`, `x5u`) is never used, and `crit` is refused.
 *
 * @param authorization - the Authorization header
 * @throws TokenRefusedError if the token is not accepted
 * @throws IssuerUnavailableError if its key cannot be fetched
 */
export async function verifyCallerToken(
  authorization: string,
  issuers: readonly IssuerWithKeys[],
  clock: Clock,
): Promise<VerifiedToken> {
  if (authorization.length > MAX_BEARER_LENGTH) throw new TokenRefusedError('too-long');
  const token = singleBearer(authorization)?.token;
  if (token === undefined) throw new TokenRefusedError('not-one-bearer-token');
  const { header, claimed } = decode(token);
  const issuer = issuers.find((it) => it.issuer === claimed.iss);
  if (issuer === undefined) throw new TokenRefusedError('unknown-issuer');
  const refuse = (reason: RefusalReason, options?: ErrorOptions): TokenRefusedError =>
    new TokenRefusedError(reason, issuer.name, options);

  const algorithm = issuer.algorithms.find((it) => it === header.alg);
  if (algorithm === undefined) throw refuse('algorithm-not-allowed');
  if (!isPlain(header)) throw refuse('header-not-allowed');
  const { kid } = header;
  if (typeof kid !== 'string' || kid === '' || kid.length > MAX_KID_LENGTH) throw refuse('no-kid');
  const claims = await verifySignature(token, issuer, { algorithm, kid }, clock).catch((error: unknown) => {
    throw error instanceof errors.JOSEError || isOfKey(error)
      ? refuse(reasonOf(error), { cause: error })
      : error;
  });
  if (!isFor(claims, issuer.audience)) throw refuse('wrong-audience');
  if (claims.iat !== undefined && claims.iat > secondsOf(clock) + CLOCK_TOLERANCE)
    throw refuse('issued-in-the-future');
  return { token, issuer };
}

type Header = ReturnType<typeof decodeProtectedHeader>;

function decode(token: string): { readonly header: Header; readonly claimed: JWTPayload } {
  try {
    return { header: decodeProtectedHeader(token), claimed: decodeJwt(token) };
  } catch (error) {
    throw new TokenRefusedError('malformed', undefined, { cause: error });
  }
}

/** Tells whether a header asks for nothing that this service does not do. */
const isPlain = (header: Header): boolean =>
  !Object.hasOwn(header, 'crit') &&
  !Object.hasOwn(header, 'b64') &&
  (header.typ === undefined || (typeof header.typ === 'string' && TYPES.test(header.typ)));

async function verifySignature(
  token: string,
  { issuer, keys }: IssuerWithKeys,
  { algorithm, kid }: { readonly algorithm: CallerAlgorithm; readonly kid: string },
  clock: Clock,
): Promise<JWTPayload> {
  const key = await keys.keyFor(kid, algorithm);
  const { payload } = await jwtVerify(token, key, {
    algorithms: [algorithm],
    issuer,
    requiredClaims: ['exp'],
    clockTolerance: CLOCK_TOLERANCE,
    currentDate: new Date(clock.now()),
  });
  return payload;
}

/**
 * Tells whether a token is for one of the audiences. As with API Gateway's own authorizer, `client_id` counts if there is no `aud` (the
 * access tokens of Cognito). Without both, `azp` counts (the session tokens of Clerk).
 */
function isFor(claims: JWTPayload, audience: readonly string[]): boolean {
  const named: unknown = claims.aud ?? claims['client_id'] ?? claims['azp'];
  return [named].flat().some((it) => typeof it === 'string' && audience.includes(it));
}

function reasonOf(error: unknown): RefusalReason {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'nbf' && error.reason === 'check_failed' ? 'not-yet-valid' : 'malformed-claim';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'wrong-signature';
  return isOfKey(error) ? 'unusable-key' : 'malformed';
}

/** Tells whether an error is of a key that cannot be used: jose refuses it, or Node, which says `DataError` (WebCrypto section 18.4). */
const isOfKey = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof DOMException && error.name === 'DataError');
