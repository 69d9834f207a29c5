import { createServer } from 'node:http';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { Events, OAuth2Issuer, OAuth2Service, type Payload, type TokenRequest } from 'oauth2-mock-server';
import { type Clock, secondsOf } from '../../../../lib/runtime/clock.ts';
import { HOUR, type Seconds } from '../../../../lib/runtime/time.ts';
import { isSame } from '../../proof/index.ts';
import { listen, type Place } from '../listening.ts';
import { forLocalPages } from '../local-pages.ts';
import { withoutForeignPages } from '../web-pages.ts';
import type { PublicClient } from './sign-in/authorization-request.ts';
import { withSignIn } from './sign-in/sign-in-routes.ts';

/** A user or a backend that gets tokens. */
export interface Caller {
  readonly userId: string;
  readonly groups: readonly string[];
  /** The display name. A backend has none. */
  readonly name?: string;
  /** The scopes of its tokens, which only a backend has. */
  readonly scopes?: readonly string[];
  /** The secret of a backend that does not have the common one. */
  readonly clientSecret?: string;
}

/** A running OIDC issuer. */
export interface Issuer {
  /** The `iss` of its tokens, and the base URL of discovery. */
  readonly url: string;
  /** Hands out fresh tokens: `grant_type=password` for a user with any password, `client_credentials` for a backend. */
  readonly tokenEndpoint: string;
  /** Makes a token of a caller. @param issuedAt - since the Unix epoch; now unless given */
  tokenFor(caller: Caller, issuedAt?: Seconds): Promise<string>;
  /** Signs any claims, for tests with unusual callers. `header` overrides the parameters of the key. */
  sign(
    claims: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
  /** Answers every request with 503 until the returned function is called. Tokens can still be made. */
  fail(): () => void;
  close(): Promise<void>;
}

/** The facts about the sign-in in a browser that the mock does not tell, or tells otherwise (RFC 8414, RFC 9207). */
const METADATA = {
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
};

/** The life of the tokens. */
export const CALLER_TOKEN_LIFE: Seconds = 8 * HOUR;

/**
 * Starts an OIDC issuer with real signatures (RS256, a new key at every start). Its tokens look like Amazon Cognito's.
 *
 * @param callers - everyone who can get a token
 * @param audience - the `aud` of every token
 * @param clientSecret - the secret of every backend without one of its own. Users have no password of their own
 * @param place - a free port on 127.0.0.1 unless given. The `iss` of the tokens names 127.0.0.1 in any case
 * @param publicClient - the client with which users sign in in a browser; absent: they cannot
 * @throws {PortTakenError} if the port is taken
 */
export async function startIssuer(
  callers: readonly Caller[],
  audience: string,
  clock: Clock,
  clientSecret: string,
  place: Place = { port: 0 },
  publicClient?: PublicClient,
): Promise<Issuer> {
  const issuer = new OAuth2Issuer();
  const service = new OAuth2Service(issuer);
  // The mock lets the pages of every site read its answers, and it hands out everyone's tokens.
  const failures = new Set<symbol>();
  const tokenFor: Issuer['tokenFor'] = (caller, issuedAt = secondsOf(clock)) =>
    signed(issuer, { iss: issuer.url, ...claimsOf(caller, audience, issuedAt) });
  const answers =
    publicClient === undefined
      ? service.requestHandler
      : withSignIn(
          {
            ...{ client: publicClient, clock, tokenFor, tokenLife: CALLER_TOKEN_LIFE },
            users: callers.filter(({ scopes }) => scopes === undefined),
            issuer: () => issuer.url ?? '',
            sign: (claims) => signed(issuer, claims),
          },
          service.requestHandler,
        );
  const listener = withoutForeignPages(forLocalPages(answers));
  const server = createServer((request, response) => {
    if (failures.size === 0) listener(request, response);
    else response.writeHead(503, { 'content-type': 'text/plain' }).end('The issuer is not available');
  });
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  await issuer.keys.add({ ...jwk, alg: 'RS256', kid: await calculateJwkThumbprint(jwk) });
  const { url, close } = await listen(server, place);
  issuer.url = url;

  const claim = (payload: Payload, caller: Caller): void => {
    replace(payload, { iss: url, ...claimsOf(caller, audience, secondsOf(clock)) });
  };

  service.on(Events.BeforeWellKnownOpenIdConfiguration, ({ body }: { body: object }) => {
    Object.assign(body, METADATA);
  });
  // The second listener replaces the token of an unknown caller with a refusal.
  service.on(
    Events.BeforeTokenSigning,
    ({ payload }: { payload: Payload }, { body }: { body: TokenRequest }) => {
      const caller = callerOf(body, callers, clientSecret);
      if (caller !== undefined) claim(payload, caller);
    },
  );
  service.on(
    Events.BeforeResponse,
    (response: { body: object; statusCode: number }, { body }: { body: TokenRequest }) => {
      if (callerOf(body, callers, clientSecret) === undefined) {
        response.statusCode = 400;
        response.body = {
          error: 'invalid_grant',
          error_description: refusalOf(body, callers),
        };
      } else {
        response.body = { ...response.body, expires_in: CALLER_TOKEN_LIFE };
      }
    },
  );

  return {
    url,
    tokenEndpoint: `${url}/token`,
    tokenFor,
    sign: (claims, given) => signed(issuer, claims, given),
    fail: () => {
      const failure = Symbol('failure');
      failures.add(failure);
      return () => void failures.delete(failure);
    },
    close,
  };
}

/** Signs claims. @param given - overrides the parameters of the header */
async function signed(issuer: OAuth2Issuer, claims: object, given: object = {}): Promise<string> {
  return issuer.buildToken({
    scopesOrTransform: (header, payload) => {
      replace(payload, claims);
      Object.assign(header, given);
    },
  });
}

/** Replaces a payload in place: the server passes its own object to be changed. */
function replace(payload: Payload, claims: object): void {
  for (const name of Object.keys(payload)) Reflect.deleteProperty(payload, name);
  Object.assign(payload, claims);
}

/** The claims of Cognito's tokens that matter here: id tokens for users, access tokens for backends. */
function claimsOf({ userId, groups, name, scopes }: Caller, audience: string, now: Seconds): object {
  return {
    sub: userId,
    aud: audience,
    ...(groups.length > 0 && { 'cognito:groups': groups }),
    ...(name !== undefined && { name }),
    ...(scopes === undefined
      ? { token_use: 'id' }
      : { token_use: 'access', client_id: userId, scope: scopes.join(' ') }),
    auth_time: now,
    iat: now,
    exp: now + CALLER_TOKEN_LIFE,
  };
}

/** Finds the caller of a token request: RFC 6749 section 4.3 for users, section 4.4 for backends. */
function callerOf(
  request: TokenRequest & { readonly client_secret?: unknown },
  callers: readonly Caller[],
  clientSecret: string,
): Caller | undefined {
  const backend = request.grant_type === 'client_credentials';
  const { client_secret: given } = request;
  if (!backend && request.grant_type !== 'password') return undefined;
  const userId = backend ? request.client_id : request.username;
  const caller = callers.find((it) => it.userId === userId && (it.scopes !== undefined) === backend);
  if (!backend) return caller;
  const secret = caller?.clientSecret ?? clientSecret;
  return typeof given === 'string' && isSame(given, secret) ? caller : undefined;
}

/** Says how to ask for a token, after a request that `callerOf` refused. It quotes nothing of the request. */
function refusalOf({ grant_type }: TokenRequest, callers: readonly Caller[]): string {
  const named = (backends: boolean): string =>
    callers
      // The message says where the common secret lies.
      .filter((it) => (it.scopes !== undefined) === backends && it.clientSecret === undefined)
      .map((it) => it.userId)
      .join(' or ');
  if (grant_type === 'password') return `The username must be ${named(false)}; any password will do.`;
  if (grant_type === 'client_credentials') {
    return `The client_id must be ${named(true)}. The client_secret, in the form, must be the text of node_modules/.cache/layermint/running/PORT.client-secret, in the folder in which npm start runs; PORT is the port of the API.`;
  }
  return 'The grant_type must be password for a user, or client_credentials for a backend.';
}
