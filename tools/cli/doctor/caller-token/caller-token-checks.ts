import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK, type JWK, type JWTPayload } from 'jose';
import type { GivenToken } from '../before-deploying.ts';
import type { CheckedStage } from '../checked-stage.ts';
import { failed, notChecked, ok, warning, type Finding } from '../finding.ts';
import { callerSettingsOf, settingOf, type CheckedIssuer } from '../discovery/checked-issuer.ts';
import type { KeysByIssuer } from '../discovery/issuer-discovery.ts';
import { OTHER_ALGORITHMS, whyUnusable } from '../discovery/issuer-keys.ts';
import { checkAuthorizer } from './authorizer-checks.ts';
import { checkIdentity } from './caller-identity-checks.ts';
import { checkAudience, issuerOf } from './issuer-and-audience.ts';
import { checkTimes } from './token-times.ts';

const FORM = 'the caller token is a signed JWT';
const KEY = 'the caller token names a key of the issuer';
const SIGNATURE = 'the caller token has a valid signature';
const KIND = 'the caller token is an access token';

// API Gateway takes 10,240 bytes of request line and headers together (quotas of an HTTP API). Browsers send 1 to 2 KB of their own.
const COMFORTABLE_BYTES = 8 * 1024;

/** A caller token in its parts, unverified. */
interface DecodedToken {
  readonly header: { readonly alg?: string; readonly kid?: string; readonly typ?: string };
  readonly claims: JWTPayload;
}

/**
 * Checks a caller token against the stage as the verifier and the service do. The token is sent nowhere, and its signature is
 * quoted nowhere.
 *
 * @param given - without a token, one finding says how to give one
 * @param keys - of the issuers; undefined if none could be read
 */
export async function* checkCallerToken(
  { token, isDemo }: GivenToken,
  keys: KeysByIssuer | undefined,
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
  const settings = callerSettingsOf(stage);
  if (settings === undefined) {
    yield notChecked('the stage accepts the caller token', 'the parameters of the stage are not valid');
    return;
  }
  const { finding, issuer } = issuerOf(claims, settings.issuers);
  yield finding;
  if (issuer !== undefined) {
    const held = keys?.get(issuer.issuer);
    const found = findKey(header, held, issuer);
    yield found.finding;
    yield await checkSignature(token, header, found.key);
    yield checkAudience(claims, issuer);
    yield* checkTimes(claims);
    if (issuer.name !== undefined) yield await checkAuthorizer(token, settings.issuers, held);
  }
  if (!isDemo) yield checkKind(decoded);
  if (issuer !== undefined) yield* checkIdentity(claims, issuer, settings.backends);
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
  issuer: CheckedIssuer,
): { readonly finding: Finding; readonly key?: JWK } {
  if (!issuer.algorithms.includes(alg)) {
    return {
      finding: failed(
        KEY,
        `its algorithm is ${JSON.stringify(alg)}`,
        issuer.name === undefined
          ? `API Gateway verifies RSA only (${issuer.algorithms.join(', ')}). ${OTHER_ALGORITHMS}`
          : `The stage takes ${issuer.algorithms.join(', ')} from it. If the issuer signs with another, set ${settingOf(issuer, 'algorithms')}.`,
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
  const reason = whyUnusable(key, keys, issuer);
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
    await compactVerify(token, await importJWK(key, alg), { algorithms: [alg] });
    return ok(SIGNATURE);
  } catch {
    return failed(
      SIGNATURE,
      'the key of the issuer does not verify it',
      'The token was changed or cut on its way here, or is not from this issuer. Entra access tokens for Microsoft Graph cannot be verified by others: ask for a token for your own API.',
    );
  }
}

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
