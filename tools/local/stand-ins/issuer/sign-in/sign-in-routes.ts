import { Socket } from 'node:net';
import { IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { secondsOf, type Clock } from '../../../../../lib/runtime/clock.ts';
import type { Seconds } from '../../../../../lib/runtime/time.ts';
import { jsonAnswer, type HttpAnswer } from '../../loopback-server.ts';
import {
  authorizationRequestIn,
  type AuthorizationRequest,
  type PublicClient,
} from './authorization-request.ts';
import type { Caller } from '../issuer.ts';
import { AuthorizationCodes, type Authorization } from './authorization-codes.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { refusalPage, signInPage } from './sign-in-page.ts';

/** The sign-in of people in a browser, for one public client. */
export interface SignInOptions {
  readonly client: PublicClient;
  /** The users that can sign in, without a password. */
  readonly users: readonly Caller[];
  readonly clock: Clock;
  /** The issuer's `iss`. */
  readonly issuer: () => string;
  readonly tokenLife: Seconds;
  /** Makes an access token. */
  readonly tokenFor: (user: Caller) => Promise<string>;
  /** Signs the claims of an ID token. */
  readonly sign: (claims: object) => Promise<string>;
}

const AUTHORIZE = '/authorize';
const TOKEN = '/token';

/** A longer form is refused. */
const LARGEST_FORM = 16_384;

/**
 * Puts the sign-in of people before a listener: the page that offers the users, and the token requests of the authorization code flow
 * (RFC 6749 section 4.1 with PKCE, RFC 7636) and of refresh tokens. The listener gets all other requests.
 */
export function withSignIn(options: SignInOptions, next: RequestListener): RequestListener {
  const codes = new AuthorizationCodes(options.clock);
  const refreshTokens = new RefreshTokens();
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://issuer');
    if (url.pathname === AUTHORIZE && request.method === 'GET') {
      void reply(response, Promise.resolve(authorize(options, codes, request, url.searchParams)));
    } else if (url.pathname === AUTHORIZE && request.method === 'POST') {
      void reply(response, confirm(options, codes, request));
    } else if (url.pathname === TOKEN && request.method === 'POST') {
      void exchange(options, { codes, refreshTokens }, { request, response, next });
    } else next(request, response);
  };
}

function authorize(
  { client, users, issuer }: SignInOptions,
  codes: AuthorizationCodes,
  request: IncomingMessage,
  query: URLSearchParams,
): HttpAnswer {
  const asked = authorizationRequestIn(query, client);
  if ('refusal' in asked) return refusalPage(asked.refusal);
  if (asked.fault !== undefined) return backTo(asked, issuer(), { error: asked.fault });
  if (query.get('prompt') !== 'none') return signInPage(users, query);
  const known = users.find(({ userId }) => userId === rememberedUser(request));
  if (known === undefined) return backTo(asked, issuer(), { error: 'login_required' });
  return backTo(asked, issuer(), { code: codes.issue(authorizationOf(asked, client, known.userId)) });
}

/** Takes the button that the person has pressed. The form has the parameters of the request once more, which are checked again. */
async function confirm(
  { client, users, issuer }: SignInOptions,
  codes: AuthorizationCodes,
  request: IncomingMessage,
): Promise<HttpAnswer> {
  const form = new URLSearchParams(await bodyOf(request));
  const asked = authorizationRequestIn(form, client);
  if ('refusal' in asked) return refusalPage(asked.refusal);
  const user = users.find(({ userId }) => userId === form.get('user'));
  if (asked.fault !== undefined || user === undefined)
    return backTo(asked, issuer(), { error: asked.fault ?? 'access_denied' });
  const code = codes.issue(authorizationOf(asked, client, user.userId));
  const answer = backTo(asked, issuer(), { code });
  const cookie = `${cookieName(request)}=${encodeURIComponent(user.userId)}; HttpOnly; SameSite=Lax; Path=${AUTHORIZE}`;
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } };
}

function authorizationOf(
  { redirectUri, challenge, nonce, scope }: AuthorizationRequest,
  { clientId }: PublicClient,
  userId: string,
): Authorization {
  return { clientId, redirectUri, challenge, nonce, scope, userId };
}

/** Sends the browser back to the client (RFC 6749 section 4.1.2), with the issuer (RFC 9207). */
function backTo(
  { redirectUri, state }: Pick<AuthorizationRequest, 'redirectUri' | 'state'>,
  iss: string,
  result: Readonly<Record<string, string>>,
): HttpAnswer {
  const url = new URL(redirectUri);
  const parameters = { ...result, iss, ...(state !== undefined && { state }) };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  // 303: the browser asks with GET, also after the form.
  return { status: 303, headers: { location: url.href, 'cache-control': 'no-store' }, body: '' };
}

interface Stores {
  readonly codes: AuthorizationCodes;
  readonly refreshTokens: RefreshTokens;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly next: RequestListener;
}

async function exchange(
  options: SignInOptions,
  stores: Stores,
  { request, response, next }: Exchange,
): Promise<void> {
  const body = await bodyOf(request);
  const form = new URLSearchParams(body);
  const grantType = form.get('grant_type');
  if (grantType === 'authorization_code' || grantType === 'refresh_token')
    await reply(response, redeem(options, stores, form));
  else next(replayed(request, body), response);
}

async function redeem(
  options: SignInOptions,
  { codes, refreshTokens }: Stores,
  form: URLSearchParams,
): Promise<HttpAnswer> {
  const text = (name: string): string => form.get(name) ?? '';
  const granted =
    form.get('grant_type') === 'refresh_token'
      ? refreshTokens.redeem(text('refresh_token'), text('client_id'))
      : codes.redeem({
          code: text('code'),
          clientId: text('client_id'),
          redirectUri: text('redirect_uri'),
          verifier: text('code_verifier'),
        });
  if (granted === undefined || text('client_id') !== options.client.clientId) {
    const error_description =
      'The code or the refresh token is unknown, used, too old, or of another request.';
    return jsonAnswer(400, { error: 'invalid_grant', error_description });
  }
  const { scope } = granted;
  const tokens = await tokensOf(options, granted);
  const renewable = scope.split(' ').includes('offline_access');
  const refresh_token = renewable ? refreshTokens.issue({ ...granted, nonce: undefined }) : undefined;
  const answer = jsonAnswer(200, { ...tokens, token_type: 'Bearer', scope, refresh_token });
  return { ...answer, headers: { ...answer.headers, 'cache-control': 'no-store' } };
}

/** Makes the tokens of an answer (OpenID Connect Core 1.0 sections 2 and 3.1.3.3). */
async function tokensOf(
  { users, clock, issuer, tokenLife, tokenFor, sign }: SignInOptions,
  { userId, clientId, nonce }: Authorization,
): Promise<object> {
  const user = users.find((it) => it.userId === userId) ?? { userId, groups: [] };
  const now = secondsOf(clock);
  const claims = {
    ...{ iss: issuer(), sub: userId, aud: clientId, iat: now, exp: now + tokenLife },
    ...(user.name !== undefined && { name: user.name }),
    ...(nonce !== undefined && { nonce }),
  };
  return { access_token: await tokenFor(user), id_token: await sign(claims), expires_in: tokenLife };
}

/** The user that signed in last in this browser. Cookies do not tell ports apart, so the name has the port. */
function rememberedUser(request: IncomingMessage): string | undefined {
  const wanted = `${cookieName(request)}=`;
  const found = request.headers.cookie?.split(/; */).find((it) => it.startsWith(wanted));
  return found === undefined ? undefined : decodeURIComponent(found.slice(wanted.length));
}

function cookieName({ socket }: IncomingMessage): string {
  return `layermint-user-${socket.localPort ?? 0}`;
}

/** Makes a request that was read readable again, for another listener. */
function replayed({ method, url, headers }: IncomingMessage, body: string): IncomingMessage {
  // A socket of its own: the end of the message closes it.
  const again = Object.assign(new IncomingMessage(new Socket()), { method, url, headers });
  again.push(body);
  again.push(null);
  return again;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LARGEST_FORM) chunks.push(chunk);
  }
  // A form without its end has no valid request in it.
  return bytes > LARGEST_FORM ? '' : Buffer.concat(chunks).toString('utf8');
}

async function reply(response: ServerResponse, making: Promise<HttpAnswer>): Promise<void> {
  try {
    const { status, headers, body } = await making;
    response.writeHead(status, headers).end(body);
  } catch {
    response.writeHead(500, { 'content-type': 'text/plain' }).end('The issuer has failed');
  }
}
