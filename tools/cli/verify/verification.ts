import { decodeJwt } from 'jose';
import * as z from 'zod';
import { coverUrl, PROBE_WORDS } from '../../../lib/probes/index.ts';
import { call, isConfidential, type HttpAnswer } from '../http-call.ts';
import { fromJson } from '../from-json.ts';
import { probesOf, tryRefused, whyUnreachable, type RefusedProbe } from './probing.ts';

/** The API, the caller, and the document and layer of a verification. */
export interface Target {
  /** The API's address, without a trailing slash: https, or http on this machine. */
  readonly api: string;
  readonly callerToken: string;
  readonly documentId: string;
  /** `""` is the default layer. */
  readonly layer: string;
  /** A caller token that has expired. */
  readonly expiredToken?: string | undefined;
  /** The prefix of private layers in the stage, if it is known. */
  readonly privateLayerPrefix?: string | undefined;
  /** True if the caller's tokens for the document may be revoked. */
  readonly revokes?: boolean;
}

/** The outcome of one check. A check that could not be made has not passed. It never holds a token. */
export interface CheckResult {
  readonly check: string;
  readonly outcome: 'ok' | 'failed' | 'not checked';
  readonly detail?: string;
}

const ok = (check: string, detail?: string): CheckResult => ({
  check,
  outcome: 'ok',
  ...(detail && { detail }),
});
const failed = (check: string, detail: string): CheckResult => ({ check, outcome: 'failed', detail });
const notChecked = (check: string, detail: string): CheckResult => ({
  check,
  outcome: 'not checked',
  detail,
});

/** The answer to a mint. */
const MintAnswer = z.strictObject({
  jwt: z.jwt(),
  documentId: z.string(),
  layer: z.string(),
  userId: z.string().min(1),
  permissions: z.array(z.string()).min(1),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  refreshAt: z.iso.datetime(),
  serverUrl: z.url(),
  documentUrl: z.url(),
});
type MintAnswer = z.infer<typeof MintAnswer>;

/** The probes that need no token of the service. */
const OF_CALLER: readonly RefusedProbe[] = ['forged-signature', 'expired-caller-token'];

/** The probes of a caller that gets a token. The last one ends its tokens. */
const OF_RIGHTS: readonly RefusedProbe[] = [
  'no-grant',
  'private-layer',
  'vouched-without-scope',
  'revoked-token',
];

/**
 * Verifies a running service from a client's point of view: valid calls must work, and those that the prober tries must be refused.
 *
 * @yields one result per check, as it is made. If a check fails, the ones that depend on it are left out
 */
export async function* verify(target: Target): AsyncGenerator<CheckResult> {
  const health = await checkHealth(target);
  yield health;
  if (health.outcome === 'failed') return;
  yield await checkWithoutToken(target);
  const probes = probesOf(target);
  for (const name of OF_CALLER) yield await tryRefused(name, probes, target);

  const minted = await mint(target);
  if (!minted.ok) {
    yield failed(PROBE_WORDS.mint, minted.reason);
    return;
  }
  yield ok(PROBE_WORDS.mint, `${minted.token.permissions.join(', ')} as ${minted.token.userId}`);
  yield checkFields(target, minted.token);
  yield checkExpiry(minted);
  yield checkClaims(target, minted.token);
  yield await checkCover(target);
  for (const name of OF_RIGHTS) yield await tryRefused(name, probes, target);
}

async function checkHealth({ api }: Target): Promise<CheckResult> {
  const check = 'the service is alive';
  try {
    const answer = await call(`${api}/health`);
    return answer.status === 200 ? ok(check) : failed(check, `GET /health answered ${answer.status}`);
  } catch (error) {
    return failed(check, `${api} cannot be reached (${whyUnreachable(error)})`);
  }
}

function post(
  { api, documentId, layer }: Target,
  authorization: string | undefined,
  permissions?: readonly string[],
): Promise<HttpAnswer> {
  return call(`${api}/v1/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    body: JSON.stringify({ documentId, ...(layer !== '' && { layer }), ...(permissions && { permissions }) }),
  });
}

async function checkWithoutToken(target: Target): Promise<CheckResult> {
  const check = 'a call without a token is refused';
  const { status } = await post(target, undefined);
  return status === 401 ? ok(check) : failed(check, `it must be answered with 401, not ${status}`);
}

type Minted =
  | {
      readonly ok: true;
      readonly token: MintAnswer;
      readonly answeredAt: Date;
      readonly cacheControl: string | undefined;
    }
  | { readonly ok: false; readonly status: number; readonly reason: string };

async function mint(target: Target, permissions?: readonly string[]): Promise<Minted> {
  const answer = await post(target, `Bearer ${target.callerToken}`, permissions);
  if (answer.status !== 201) return { ok: false, status: answer.status, reason: whyRefused(answer) };
  const parsed = MintAnswer.safeParse(fromJson(answer.body));
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    return { ok: false, status: 201, reason: `the answer is not as documented (${fields.join('; ')})` };
  }
  // The clock of this machine may be wrong.
  const answeredAt = new Date(answer.headers.date ?? Date.now());
  return { ok: true, token: parsed.data, answeredAt, cacheControl: answer.headers['cache-control'] };
}

const ProblemDetails = z.object({ title: z.string(), detail: z.string().optional() });

const isProblem = ({ body }: HttpAnswer): boolean => ProblemDetails.safeParse(fromJson(body)).success;

function whyRefused(answer: HttpAnswer): string {
  if (answer.status === 401) {
    return 'the caller token was refused (401): is it expired, or from another issuer or for another audience than the stage has?';
  }
  if (answer.status === 500 && !isProblem(answer)) {
    return 'API Gateway answered 500 without problem details. Either the function crashed: see its log, and docs/runbooks/mint-errors.md. Or, in a stage with several issuers, the authorizer could not read the keys of one: see the log of the function authorizeCaller, or npm run doctor';
  }
  if (answer.status >= 300 && answer.status < 400) {
    return `the API redirects (${answer.status}), and the caller token goes to no other address`;
  }
  const { data } = ProblemDetails.safeParse(fromJson(answer.body));
  return `${answer.status} ${data ? [data.title, data.detail].filter(Boolean).join(': ') : 'without problem details'}`;
}

function checkFields(target: Target, token: MintAnswer): CheckResult {
  const check = 'the answer is for the document and the layer that were asked for';
  const documentUrl = `${token.serverUrl}/api/1/documents/${target.documentId}`;
  const wrong = [
    token.documentId === target.documentId ? undefined : 'documentId',
    token.layer === target.layer ? undefined : 'layer',
    token.documentUrl === documentUrl ? undefined : 'documentUrl',
  ].filter((field) => field !== undefined);
  return wrong.length === 0 ? ok(check) : failed(check, `wrong: ${wrong.join(', ')}`);
}

function checkExpiry({ token, answeredAt, cacheControl }: Minted & { ok: true }): CheckResult {
  const check = 'the token is valid now, for a limited time, and is not to be cached';
  const [issued, refresh, expiry] = [token.issuedAt, token.refreshAt, token.expiresAt].map(Date.parse);
  if (issued === undefined || refresh === undefined || expiry === undefined) return failed(check, 'no times');
  // HTTP's Date has whole seconds, and is set a little later.
  if (issued > answeredAt.getTime() + 2000) return failed(check, 'it is issued in the future');
  if (expiry <= answeredAt.getTime()) return failed(check, 'it has already expired');
  if (refresh <= issued || refresh >= expiry)
    return failed(check, 'refreshAt is not between issuedAt and expiresAt');
  if (cacheControl !== 'no-store') return failed(check, 'the answer lacks Cache-Control: no-store');
  return ok(check, `${Math.round((expiry - issued) / 1000)} seconds`);
}

/** Compares the token with the answer around it: Document Engine reads only the token. */
function checkClaims(target: Target, token: MintAnswer): CheckResult {
  const check = 'the token and the answer agree';
  const claims = decodeJwt(token.jwt);
  const wrong = [
    claims['document_id'] === target.documentId ? undefined : 'document_id',
    (claims['layer'] ?? '') === target.layer ? undefined : 'layer',
    claims['user_id'] === token.userId ? undefined : 'user_id',
    claims.exp === Date.parse(token.expiresAt) / 1000 ? undefined : 'exp',
    JSON.stringify(claims['permissions']) === JSON.stringify(token.permissions) ? undefined : 'permissions',
    claims.jti === undefined ? 'jti' : undefined,
  ].filter((claim) => claim !== undefined);
  return wrong.length === 0 ? ok(check) : failed(check, `wrong: ${wrong.join(', ')}`);
}

/** Opens the document by its cover image, the only part of it that a plain request can get. */
async function checkCover(target: Target): Promise<CheckResult> {
  const check = PROBE_WORDS['open-document'];
  const minted = await mint(target, ['cover-image']);
  if (!minted.ok) {
    return minted.status === 403
      ? notChecked(check, 'the caller was not granted cover-image, which this check needs')
      : failed(check, minted.reason);
  }
  const { serverUrl, jwt } = minted.token;
  if (!isConfidential(serverUrl)) {
    return failed(
      check,
      `the token would be readable on the way to ${serverUrl}: it must begin with https://`,
    );
  }
  let answer: HttpAnswer;
  try {
    answer = await call(coverUrl(serverUrl, target.documentId, jwt));
  } catch (error) {
    return notChecked(check, `${serverUrl} cannot be reached from here (${whyUnreachable(error)})`);
  }
  if (answer.status === 200)
    return ok(check, `cover image, ${answer.headers['content-type'] ?? 'of no type'}`);
  const why = answer.body.replaceAll(jwt, '…').slice(0, 200);
  const advice =
    answer.status === 404 ? '; does it know the document?' : '; does it hold the public key of the stage?';
  return failed(check, `${serverUrl} answered ${answer.status} ${why}${advice}`);
}
