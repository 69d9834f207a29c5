import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
import { type Clock, secondsOf } from '../../../../lib/runtime/clock.ts';
import { IdentitySource, type Authorization, type Authorizer } from './authorizer.ts';
import { type HttpRequest, json } from './http-server.ts';

/** A JWT authorizer as serverless.yml configures it. */
export interface JwtAuthorizerConfig {
  /** `$request.header.<name>` */
  readonly identitySource: string;
  readonly issuer: string;
  readonly audience: readonly string[];
}

/** `requestContext.authorizer.jwt` of the event. */
export interface JwtContext {
  /** Every claim as one string. */
  readonly claims: Readonly<Record<string, string>>;
  /** The token's scopes if the route asks for any, else null. */
  readonly scopes: readonly string[] | null;
}

/** A refusal of a token; the message is the `error_description`. */
class InvalidTokenError extends Error {
  override readonly name = 'InvalidTokenError';
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512'];
/** API Gateway caches an issuer's public keys for two hours. */
const KEYS_KEPT_MS = 2 * 60 * 60 * 1000;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * Verifies bearer tokens as API Gateway's JWT authorizers do (developer guide, "Controlling access to HTTP APIs with JWT
 * authorizers"): RSA signature by a key of the issuer that `kid` names, `iss`, `aud` or else `client_id`, `exp`, `nbf`, `iat`,
 * and one of the route's scopes.
 */
export class JwtAuthorizer implements Authorizer {
  readonly #config: JwtAuthorizerConfig;
  readonly #identity: IdentitySource;
  readonly #clock: Clock;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(config: JwtAuthorizerConfig, clock: Clock) {
    this.#config = config;
    this.#identity = new IdentitySource(config.identitySource);
    this.#clock = clock;
  }

  /** Verifies a request's token. @param routeScopes - the token must have one of them; with none, any token will do */
  async authorize(request: HttpRequest, routeScopes: readonly string[]): Promise<Authorization> {
    const source = this.#identity.in(request);
    if (source === undefined) return refusal(401, 'Unauthorized', 'Bearer');
    try {
      const claims = await this.#verify(source.replace(/^Bearer /i, ''));
      const tokenScopes = scopesOf(claims);
      if (routeScopes.length > 0 && !routeScopes.some((scope) => tokenScopes.includes(scope))) {
        const challenge = `Bearer scope="${routeScopes.join(' ')}" error="insufficient_scope" error_description="the token does not have any of the required scopes"`;
        return refusal(403, 'Forbidden', challenge);
      }
      const rendered = Object.entries(claims).map(([name, value]) => [name, renderClaim(value)] as const);
      return {
        authorized: true,
        context: {
          jwt: { claims: Object.fromEntries(rendered), scopes: routeScopes.length > 0 ? tokenScopes : null },
        },
      };
    } catch (error) {
      const description = describe(error);
      const challenge = `Bearer scope="${routeScopes.join(' ')}" error="invalid_token" error_description="${description}"`;
      return refusal(401, 'Unauthorized', challenge);
    }
  }

  async #verify(token: string): Promise<JWTPayload> {
    const keys = await this.#issuerKeys();
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      currentDate: new Date(this.#clock.now()),
      requiredClaims: ['exp'],
    });
    if (protectedHeader.kid === undefined) throw new InvalidTokenError('the token header has no kid');
    if (payload.iss !== this.#config.issuer)
      throw new InvalidTokenError('the token does not have a valid issuer');
    // client_id counts only without an aud: Cognito's access tokens have none.
    const audience = payload.aud ?? payload['client_id'];
    if (![audience].flat().some((it) => typeof it === 'string' && this.#config.audience.includes(it))) {
      throw new InvalidTokenError('the token does not have a valid audience');
    }
    if (payload.iat !== undefined && payload.iat > secondsOf(this.#clock)) {
      throw new InvalidTokenError('the token is issued in the future');
    }
    return payload;
  }

  /** Caches the issuer's keys. An unknown `kid` fetches them again. */
  async #issuerKeys(): Promise<JWTVerifyGetKey> {
    const keys = (this.#keys ??= discoverKeys(this.#config.issuer));
    try {
      return await keys;
    } catch (error) {
      // A failed discovery is not cached: the next request tries again.
      this.#keys = undefined;
      throw error;
    }
  }
}

async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  try {
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const { jwks_uri: uri } = Discovery.parse(await response.json());
    return createRemoteJWKSet(new URL(uri), { cacheMaxAge: KEYS_KEPT_MS, cooldownDuration: 0 });
  } catch (error) {
    throw new InvalidTokenError('OIDC discovery endpoint communication error', { cause: error });
  }
}

function describe(error: unknown): string {
  if (error instanceof InvalidTokenError) return error.message;
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `the ${error.claim} claim is not valid`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'no key of the issuer has the kid of the token';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'signing method is invalid';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature is invalid';
  return 'invalid token';
}

function refusal(status: 401 | 403, message: string, challenge: string): Authorization {
  const response = json(status, { message }, { 'www-authenticate': challenge });
  return { authorized: false, error: challenge, response };
}

/** `scope` is one string of words (RFC 8693 section 4.2); `scp` of other providers may be an array. */
function scopesOf(claims: JWTPayload): string[] {
  return [claims['scope'], claims['scp']]
    .flat()
    .flatMap((value) => (typeof value === 'string' ? value.split(' ') : []))
    .filter((scope) => scope !== '');
}

/** Writes a claim as API Gateway does: an array as `[a b]`, an object as `map[key:value]`, any other value as plain text. */
export function renderClaim(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(renderClaim).join(' ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `map[${entries.map(([name, it]) => `${name}:${renderClaim(it)}`).join(' ')}]`;
  }
  if (value === null) return '<nil>';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
