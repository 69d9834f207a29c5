import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK, type JWK, type JWTPayload } from 'jose';
import type { GivenToken } from '../before-deploying.ts';
import { textOf, type CheckedStage } from '../checked-stage.ts';
import { failed, notChecked, ok, warning, type Finding } from '../finding.ts';
import { checkIdentity } from './caller-identity-checks.ts';
import { AUTHORIZER_ALGORITHMS, whyUnusable } from '../discovery/issuer-keys.ts';
import { checkTimes } from './token-times.ts';

const FORM = 'the caller token is a signed JWT';
const KEY = 'the caller token names a key of the issuer';
const SIGNATURE = 'the caller token has a valid signature';
const ISSUER = 'the caller token is from the issuer of the stage';
const AUDIENCE = 'the caller token is for the audience of the stage';
const KIND = 'the caller token is an access token';

// API Gateway takes 10,240 bytes of request line and headers together (quotas of an HTTP API). Browsers send 1 to 2 KB of their own.
const COMFORTABLE_BYTES = 8 * 1024;

/** A caller token in its parts, unverified. */
interface DecodedToken {
  readonly header: { readonly alg?: string; readonly kid?: string; readonly typ?: string };
  readonly claims: JWTPayload;
}

/**
 * Checks a caller token against the stage as API Gateway and the service do. The token is sent nowhere, and its signature is
 * quoted nowhere.
 *
 * @param given - without a token, one finding says how to give one
 * @param keys - of the issuer; undefined if they could not be read
 */
export async function* checkCallerToken(
  { token, isDemo }: GivenToken,
  keys: readonly JWK[] | undefined,
  stage: CheckedStage,
): AsyncGenerator<Finding> {
  if (token === undefined || token === '') {
    yield notChecked(
      'the stage accepts a caller token',
      'no caller token was given',
      'Put one into the environment variable LAYERMINT_CALLER_TOKEN.',
    );
    return;
  }
  const decoded = decode(token);
  if (decoded === undefined) {
    yield failed(FORM, formOf(token), formCure(token));
    return;
  }
  yield checkForm(token);
  const { header, claims } = decoded;
  const { finding, key } = findKey(header, keys);
  yield finding;
  yield await checkSignature(token, header, key);
  yield checkIssuerClaim(claims, stage);
  yield checkAudience(claims, stage);
  yield* checkTimes(claims);
  if (!isDemo) yield checkKind(decoded);
  yield* checkIdentity(claims, stage);
}

function decode(token: string): DecodedToken | undefined {
  try {
    const { alg, kid, typ } = decodeProtectedHeader(token);
    const header = {
      ...(typeof alg === 'string' && { alg }),
      ...(typeof kid === 'string' && { kid }),
      ...(typeof typ === 'string' && { typ }),
    };
    return token.split('.').length === 3 ? { header, claims: decodeJwt(token) } : undefined;
  } catch {
    return undefined;
  }
}

function formOf(token: string): string {
  const parts = token.split('.').length;
  if (/\s/.test(token.trim())) return 'it holds white space';
  if (parts === 5) return 'it is encrypted (five parts)';
  return parts === 3 ? 'its parts are not JSON in base64url' : `it has ${parts} of 3 parts`;
}

function formCure(token: string): string {
  if (/\s/.test(token.trim()))
    return 'Give the token alone, without "Bearer" before it and without line breaks.';
  if (token.split('.').length === 5) return 'Let the issuer sign access tokens without encrypting them.';
  return 'Many providers give an opaque token unless the app asks for an audience (an API, or a resource). Ask for one, and set it as "audience".';
}

function checkForm(token: string): Finding {
  const bytes = token.length;
  if (bytes <= COMFORTABLE_BYTES) return ok(FORM, `${bytes} bytes`);
  return warning(
    FORM,
    `${bytes} bytes`,
    'API Gateway takes 10,240 bytes of headers in all, and refuses more. Let the issuer put fewer claims into the token, such as only the groups of this app.',
  );
}

function findKey(
  { alg = 'none', kid }: DecodedToken['header'],
  keys: readonly JWK[] | undefined,
): { readonly finding: Finding; readonly key?: JWK } {
  if (!AUTHORIZER_ALGORITHMS.includes(alg)) {
    return {
      finding: failed(
        KEY,
        `its algorithm is ${JSON.stringify(alg)}`,
        `API Gateway verifies ${AUTHORIZER_ALGORITHMS.join(', ')}. Let the issuer sign access tokens with RS256.`,
      ),
    };
  }
  if (kid === undefined) {
    return {
      finding: failed(KEY, 'its header has no "kid"', 'Let the issuer name its key in each token.'),
    };
  }
  if (keys === undefined) return { finding: notChecked(KEY, 'the keys of the issuer could not be read') };
  const key = keys.find((it) => it.kid === kid);
  if (key === undefined) {
    return {
      finding: failed(
        KEY,
        `no key of the issuer has its "kid", ${JSON.stringify(kid)}`,
        'It is from another issuer, tenant or realm, or older than the last change of keys. Get a new token from the issuer of the stage.',
      ),
    };
  }
  const reason = whyUnusable(key);
  if (reason === undefined) return { finding: ok(KEY, `${alg}, ${kid}`), key };
  return {
    finding: failed(KEY, `the key ${JSON.stringify(kid)} ${reason}`, 'Correct the keys of the issuer.'),
    key,
  };
}

async function checkSignature(
  token: string,
  { alg = '' }: DecodedToken['header'],
  key: JWK | undefined,
): Promise<Finding> {
  if (key === undefined) return notChecked(SIGNATURE, 'there is no key to verify it with');
  try {
    await compactVerify(token, await importJWK(key, alg), { algorithms: [...AUTHORIZER_ALGORITHMS] });
    return ok(SIGNATURE);
  } catch {
    return failed(
      SIGNATURE,
      'the key of the issuer does not verify it',
      'The token was changed or cut on its way here, or is not from this issuer. Entra access tokens for Microsoft Graph cannot be verified by others: ask for a token for your own API.',
    );
  }
}

function checkIssuerClaim({ iss }: JWTPayload, stage: CheckedStage): Finding {
  const issuer = textOf(stage, 'issuer');
  if (iss === issuer) return ok(ISSUER, iss);
  const found = iss === undefined ? 'it has no "iss"' : `its "iss" is ${JSON.stringify(iss)}`;
  const slash = iss !== undefined && iss.replace(/\/$/, '') === issuer?.replace(/\/$/, '');
  return failed(
    ISSUER,
    `${found}, the stage has ${JSON.stringify(issuer)}${slash ? ': they differ in the slash at the end' : ''}`,
    slash
      ? `Set "issuer" to ${iss}, letter for letter.`
      : isOldEntraToken(iss, issuer)
        ? 'Entra made a token of version 1. Set api.requestedAccessTokenVersion to 2 in the manifest of the app registration for this API.'
        : 'Get a token from the issuer of the stage, or set "issuer" to the "iss" of the token, letter for letter.',
  );
}

/** Recognises the issuer of Entra's access tokens of version 1, which differs from the issuer of its discovery document. */
const isOldEntraToken = (iss = '', issuer = ''): boolean =>
  iss.startsWith('https://sts.windows.net/') && issuer.startsWith('https://login.microsoftonline.com/');

function checkAudience(claims: JWTPayload, { parameters }: CheckedStage): Finding {
  const accepted = [parameters['audience']].flat().filter((it) => typeof it === 'string');
  const { aud, client_id: clientId } = claims;
  // API Gateway looks at client_id only in a token without aud.
  const found = [aud ?? clientId].flat().filter((it) => typeof it === 'string');
  const match = found.find((it) => accepted.includes(it));
  const name = aud === undefined ? 'client_id' : 'aud';
  if (match !== undefined) return ok(AUDIENCE, `${name} ${match}`);
  const stageHas = `the stage has ${list(accepted)}`;
  if (found.length === 0) {
    return failed(
      AUDIENCE,
      `it has neither "aud" nor "client_id"; ${stageHas}`,
      'Let the app ask for an audience (an API, or a resource), and set it as "audience".',
    );
  }
  const only = typeof clientId === 'string' && accepted.includes(clientId);
  return failed(
    AUDIENCE,
    `its "${name}" is ${list(found)}; ${stageHas}`,
    only
      ? 'API Gateway looks at "client_id" only in a token without "aud". Set "audience" to the "aud" of the token.'
      : `Set "audience" to ${found.join(' or ')} if the token is meant for this API; otherwise let the app ask for the audience of the stage.`,
  );
}

const list = (values: readonly string[]): string =>
  values.map((it) => JSON.stringify(it)).join(', ') || 'none';

/** Recognises an ID token: by `token_use` (Cognito), or by claims that OpenID Connect Core 1.0 gives to ID tokens alone. */
function checkKind({ header, claims }: DecodedToken): Finding {
  if (header.typ?.toLowerCase() === 'at+jwt' || claims['token_use'] === 'access') return ok(KIND);
  const sign = ['nonce', 'at_hash', 'c_hash'].find((name) => claims[name] !== undefined);
  if (claims['token_use'] !== 'id' && sign === undefined) return ok(KIND, 'nothing speaks against it');
  return warning(
    KIND,
    `it is an ID token (its "${sign ?? 'token_use'}" shows that)`,
    'An ID token tells an app about its user, and lacks the scopes. Let apps send the access token, and set "audience" to match it.',
  );
}
