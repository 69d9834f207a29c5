import type { JWK } from 'jose';
import type { Milliseconds } from '../../../../lib/runtime/time.ts';
import { isConfidential } from '../../http-call.ts';
import { textOf, type CheckedStage } from '../checked-stage.ts';
import { failed, notChecked, ok, warning, type Finding } from '../finding.ts';
import { get, jsonObject, redirectTarget } from '../http-get.ts';
import { checkSigningKeys } from './issuer-keys.ts';

// API Gateway developer guide, "Quotas for configuring and running an HTTP API".
const API_GATEWAY_WAITS: Milliseconds = 1500;
const LARGEST_KEY_SET_BYTES = 150_000;

const DOCUMENT = 'the issuer answers with its discovery document';
const NAME = 'the issuer names itself as the stage does';
const KEYS = 'the issuer shows its public keys';
const USABLE = 'the issuer has a key that API Gateway accepts';

/**
 * Checks the issuer of caller tokens as API Gateway's JWT authorizer uses it (OpenID Connect Discovery 1.0, section 4): its
 * discovery document, its name in it, and its public keys.
 *
 * @returns its public keys; undefined if they cannot be read
 */
export async function* checkIssuer(stage: CheckedStage): AsyncGenerator<Finding, readonly JWK[] | undefined> {
  const issuer = textOf(stage, 'issuer');
  if (issuer === undefined) {
    for (const check of [DOCUMENT, NAME, KEYS, USABLE]) yield notChecked(check, 'the stage names no issuer');
    return undefined;
  }
  const { finding, document } = await readDocument(issuer);
  yield finding;
  if (document === undefined) {
    for (const check of [NAME, KEYS, USABLE]) yield notChecked(check, 'there is no discovery document');
    return undefined;
  }
  yield compareNames(issuer, document['issuer']);
  const read = await readKeys(document['jwks_uri'], stage);
  yield read.finding;
  yield read.keys === undefined
    ? notChecked(USABLE, 'the keys of the issuer could not be read')
    : checkSigningKeys(USABLE, read.keys);
  return read.keys;
}

interface ReadDocument {
  readonly finding: Finding;
  readonly document?: Readonly<Record<string, unknown>>;
}

async function readDocument(issuer: string): Promise<ReadDocument> {
  // Section 4: a slash at the end of the issuer is removed before the path is appended.
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const got = await get(url);
  if (!got.answered) {
    return {
      finding: failed(
        DOCUMENT,
        `${url} cannot be read (${got.reason})`,
        'API Gateway reads it over the public internet, with a certificate of a public authority. Correct "issuer" in infra/stages/stages.yml, or make the address public.',
      ),
    };
  }
  if (got.status >= 300 && got.status < 400) {
    return {
      finding: failed(
        DOCUMENT,
        `${url} redirects to ${redirectTarget(url, got.headers.location)} (${got.status})`,
        'A discovery document must be answered with 200. Set "issuer" to the "iss" of your tokens, letter for letter; if they agree, serve the document at this address itself.',
      ),
    };
  }
  if (got.status !== 200) {
    return {
      finding: failed(
        DOCUMENT,
        `${url} answers ${got.status}`,
        'Decode a caller token, and set "issuer" to its "iss", letter for letter. Some providers have an issuer for each tenant, realm or authorization server.',
      ),
    };
  }
  const document = jsonObject(got.body);
  if (document === undefined) {
    return {
      finding: failed(
        DOCUMENT,
        `${url} does not answer with a JSON object`,
        'Another server answers at this address. Set "issuer" to the "iss" of your tokens.',
      ),
    };
  }
  return { finding: inTime(DOCUMENT, got.took, url), document };
}

function inTime(check: string, took: Milliseconds, detail: string): Finding {
  if (took <= API_GATEWAY_WAITS) return ok(check, detail);
  return warning(
    check,
    `${detail} took ${Math.round(took)} ms`,
    `API Gateway waits at most ${API_GATEWAY_WAITS} ms, and answers 401 to every caller if it cannot read the keys. Run the command again; if it stays slow, put a cache before the issuer.`,
  );
}

function compareNames(issuer: string, named: unknown): Finding {
  if (named === issuer) return ok(NAME, issuer);
  if (typeof named !== 'string') {
    return failed(
      NAME,
      'its discovery document has no "issuer"',
      'Set "issuer" in infra/stages/stages.yml to the address of an OpenID Connect provider.',
    );
  }
  const detail = `the stage has ${JSON.stringify(issuer)}, the issuer ${JSON.stringify(named)}`;
  if (named.includes('{')) {
    return failed(
      NAME,
      detail,
      'This is the address for the users of all tenants. Set "issuer" to the address of your own tenant.',
    );
  }
  if (named.replace(/\/$/, '') === issuer.replace(/\/$/, '')) {
    return failed(
      NAME,
      `${detail}: they differ in the slash at the end`,
      `Set "issuer" to ${named}, ${named.endsWith('/') ? 'with' : 'without'} the slash. API Gateway compares it with the "iss" of each token letter for letter, and otherwise answers 401 to every caller.`,
    );
  }
  return failed(
    NAME,
    detail,
    `Set "issuer" to ${named} if the "iss" of your tokens is that. API Gateway compares them letter for letter.`,
  );
}

async function readKeys(
  uri: unknown,
  { isLocal }: CheckedStage,
): Promise<{ readonly finding: Finding; readonly keys?: readonly JWK[] }> {
  if (typeof uri !== 'string' || !URL.canParse(uri)) {
    return {
      finding: failed(
        KEYS,
        'its discovery document has no "jwks_uri"',
        'Use an issuer that signs its tokens with a public key.',
      ),
    };
  }
  if (!(isLocal ? isConfidential(uri) : uri.startsWith('https://'))) {
    return {
      finding: failed(
        KEYS,
        `its "jwks_uri" is ${uri}`,
        'It must begin with https://. Correct the public address in the settings of the issuer, or of the proxy before it.',
      ),
    };
  }
  const got = await get(uri);
  if (!got.answered) {
    return {
      finding: failed(
        KEYS,
        `${uri} cannot be read (${got.reason})`,
        'API Gateway must be able to read it over the public internet.',
      ),
    };
  }
  const keys = jsonObject(got.body)?.['keys'];
  if (got.status !== 200 || !Array.isArray(keys)) {
    const answer = got.status === 200 ? 'answers no list of keys' : `answers ${got.status}`;
    return {
      finding: failed(
        KEYS,
        `${uri} ${answer}`,
        'It must answer 200 with a JSON Web Key Set (RFC 7517 section 5). See the settings of the issuer.',
      ),
    };
  }
  const bytes = Buffer.byteLength(got.body);
  if (bytes > LARGEST_KEY_SET_BYTES) {
    return {
      finding: failed(
        KEYS,
        `${uri} has ${bytes} bytes`,
        `API Gateway reads at most ${LARGEST_KEY_SET_BYTES}. Remove former keys and certificate chains from the key set.`,
      ),
    };
  }
  return { finding: inTime(KEYS, got.took, uri), keys: keys.filter(isJwk) };
}

const isJwk = (key: unknown): key is JWK => typeof key === 'object' && key !== null && !Array.isArray(key);
