import * as oauth from 'oauth4webapi';
import { PAGE, type ConsoleConfig, type ConsoleIssuer } from '../config.ts';
import { object, string, type Read } from '../reading.ts';

/** The tokens of a sign-in. */
export interface Tokens {
  readonly issuer: ConsoleIssuer;
  /** The token that the API gets. */
  readonly callerToken: string;
  readonly refreshToken: string | undefined;
}

/** Somebody could not sign in. The message is for people. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
}

/** The keys of sessionStorage. Neither holds a token. */
const PENDING = 'layermint.sign-in';
const LAST_ISSUER = 'layermint.issuer';

/** A sign-in that waits for the redirect back. */
interface Pending {
  readonly issuer: string;
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  /** The section to show afterwards. */
  readonly hash: string;
}

const readPending: Read<Pending> = object({
  ...{ issuer: string, verifier: string, state: string, nonce: string, hash: string },
});

// Not `const { allowInsecureRequests } = oauth`, which would bundle the whole library: 8 KB more, compressed.
/** Plain http is for an issuer on the person's own machine. The library marks the option as deprecated to warn of other uses. */
// eslint-disable-next-line @typescript-eslint/no-deprecated
const allowInsecureRequests: typeof oauth.allowInsecureRequests = oauth.allowInsecureRequests;

const isThisMachine = ({ hostname }: URL): boolean => ['127.0.0.1', 'localhost'].includes(hostname);

/** Makes the options of requests to an issuer. */
const insecure = (url: string): { readonly [allowInsecureRequests]: boolean } => ({
  [allowInsecureRequests]: isThisMachine(new URL(url)),
});

const unreachable = ({ issuer }: Pick<ConsoleIssuer, 'issuer'>): string =>
  `The identity provider ${new URL(issuer).host} cannot be reached.`;

async function discover({ issuer }: ConsoleIssuer): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  try {
    const answer = await oauth.discoveryRequest(url, insecure(issuer));
    return await oauth.processDiscoveryResponse(url, answer);
  } catch (cause) {
    throw new SignInError(unreachable({ issuer }), { cause });
  }
}

/**
 * Sends the person to the identity provider: authorization code with PKCE (RFC 7636), a state and a nonce.
 *
 * @param silently - the provider must not ask anything (`prompt=none`)
 */
export async function beginSignIn(
  issuer: ConsoleIssuer,
  { scopes }: ConsoleConfig,
  silently = false,
): Promise<void> {
  const server = await discover(issuer);
  const url = pageOf(server);
  const pending: Pending = {
    issuer: issuer.issuer,
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    hash: location.hash,
  };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const parameters = {
    response_type: 'code',
    client_id: issuer.clientId,
    redirect_uri: PAGE,
    scope: scopes.join(' '),
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: 'S256',
    ...(silently && { prompt: 'none' }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.assign(url);
}

/** Finds the provider's page for sign-ins. @throws SignInError without one, and for an address that is no page, such as a script */
function pageOf({ authorization_endpoint: address = '' }: oauth.AuthorizationServer): URL {
  const page = URL.canParse(address) ? new URL(address) : undefined;
  if (page?.protocol === 'https:' || (page?.protocol === 'http:' && isThisMachine(page))) return page;
  throw new SignInError('The identity provider has no page for a sign-in.');
}

/** Tells if the address has the answer of an identity provider. One without a state is an answer too, which is refused. */
export function isRedirectedBack(): boolean {
  const { searchParams } = new URL(location.href);
  return searchParams.has('code') || searchParams.has('error');
}

/**
 * Finishes the sign-in that this tab has begun, and removes the answer from the address and the history.
 *
 * @throws SignInError if this tab has begun none, or the answer belongs to another one
 */
export async function completeSignIn(config: ConsoleConfig): Promise<Tokens> {
  const answered = new URL(location.href);
  const kept = sessionStorage.getItem(PENDING);
  sessionStorage.removeItem(PENDING);
  const pending = kept === null ? undefined : readPending(JSON.parse(kept));
  history.replaceState(null, '', PAGE + (pending?.hash ?? ''));
  const issuer = config.issuers.find((it) => it.issuer === pending?.issuer);
  if (pending === undefined || issuer === undefined)
    throw new SignInError('This tab has not begun the sign-in. Sign in again.');
  const server = await discover(issuer);
  const client = { client_id: issuer.clientId };
  try {
    const parameters = oauth.validateAuthResponse(server, client, answered, pending.state);
    const response = await oauth.authorizationCodeGrantRequest(
      ...([server, client, oauth.None(), parameters, PAGE, pending.verifier] as const),
      insecure(issuer.issuer),
    );
    const result = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: config.scopes.includes('openid') ? pending.nonce : oauth.expectNoNonce,
      requireIdToken: config.tokenUse === 'id',
    });
    sessionStorage.setItem(LAST_ISSUER, issuer.issuer);
    return tokensOf(issuer, config, result);
  } catch (error) {
    throw new SignInError(reasonOf(error, issuer), { cause: error });
  }
}

/** Gets new tokens with the refresh token. @throws SignInError if the provider refuses */
export async function refresh({ issuer, refreshToken }: Tokens, config: ConsoleConfig): Promise<Tokens> {
  if (refreshToken === undefined) throw new SignInError('Sign in again.');
  const server = await discover(issuer);
  const client = { client_id: issuer.clientId };
  try {
    const response = await oauth.refreshTokenGrantRequest(
      ...([server, client, oauth.None(), refreshToken] as const),
      insecure(issuer.issuer),
    );
    const result = await oauth.processRefreshTokenResponse(server, client, response);
    return tokensOf(issuer, config, { ...result, refresh_token: result.refresh_token ?? refreshToken });
  } catch (error) {
    throw new SignInError(reasonOf(error, issuer), { cause: error });
  }
}

/** The issuer with which this tab was signed in before it was loaded again. */
export function lastIssuer({ issuers }: ConsoleConfig): ConsoleIssuer | undefined {
  const last = sessionStorage.getItem(LAST_ISSUER);
  return issuers.find(({ issuer }) => issuer === last);
}

/** Forgets the sign-in, so that a reload asks. */
export function forgetSignIn(): void {
  sessionStorage.removeItem(PENDING);
  sessionStorage.removeItem(LAST_ISSUER);
}

function tokensOf(
  issuer: ConsoleIssuer,
  { tokenUse }: ConsoleConfig,
  { access_token, id_token, refresh_token }: oauth.TokenEndpointResponse,
): Tokens {
  const callerToken = tokenUse === 'id' ? id_token : access_token;
  if (callerToken === undefined) throw new SignInError('The identity provider has sent no ID token.');
  return { issuer, callerToken, refreshToken: refresh_token };
}

/** Says why a sign-in failed. The provider's own words can hold anything, and are shown as text. */
function reasonOf(error: unknown, issuer: ConsoleIssuer): string {
  if (error instanceof SignInError) return error.message;
  // The browser tells no more of a request without an answer, or of one that a policy forbids.
  if (error instanceof TypeError) return unreachable(issuer);
  if (error instanceof oauth.AuthorizationResponseError) {
    return error.error === 'login_required' || error.error === 'interaction_required'
      ? 'You are not signed in at the identity provider any more.'
      : `The identity provider has refused the sign-in: ${error.error_description ?? error.error}`;
  }
  if (error instanceof oauth.ResponseBodyError)
    return `The identity provider has refused the sign-in: ${error.error_description ?? error.error}`;
  return 'The answer of the identity provider does not fit this sign-in. Sign in again.';
}
