import type { JWK } from 'jose';
import type { Milliseconds } from '../../../../lib/runtime/time.ts';
import { isConfidential } from '../../http-call.ts';
import type { CheckedStage } from '../checked-stage.ts';
import { failed, notChecked, ok, warning, type Finding } from '../finding.ts';
import { get, jsonObject, redirectTarget } from '../http-get.ts';
import { checkBackends } from './backend-entries.ts';
import {
  callerSettingsOf,
  inSentence,
  settingOf,
  type CheckedIssuer,
  type Verifier,
} from './checked-issuer.ts';
import { checkKeysArePublic, checkSigningKeys } from './issuer-keys.ts';

/** The public keys of issuers that could be read, by their `iss`. */
export type KeysByIssuer = ReadonlyMap<string, readonly JWK[]>;

/** The checks of an issuer. Each is a statement about it. */
const DOCUMENT = 'answers with its discovery document';
const NAME = 'names itself as the stage does';
const KEYS = 'shows its public keys';
const PUBLIC = 'shows no key that is secret';

/**
 * Checks the issuers of caller tokens as the verifier of the tokens uses them (OpenID Connect Discovery 1.0, section 4): their discovery
 * documents, their names in them, and their public keys.
 */
export async function* checkIssuers(stage: CheckedStage): AsyncGenerator<Finding, KeysByIssuer> {
  const settings = callerSettingsOf(stage);
  if (settings === undefined || settings.issuers.length === 0) {
    const reason =
      settings === undefined ? 'the parameters of the stage are not valid' : 'the stage names no issuer';
    for (const check of [DOCUMENT, NAME, KEYS, PUBLIC]) yield notChecked(`the issuer ${check}`, reason);
    return new Map();
  }
  const all = new Map<string, readonly JWK[]>();
  for (const issuer of settings.issuers) {
    const keys = yield* checkIssuer(issuer, stage);
    if (keys !== undefined) all.set(issuer.issuer, keys);
  }
  yield* checkBackends(settings);
  return all;
}

/** Checks one issuer. @returns its public keys; undefined if they cannot be read */
async function* checkIssuer(
  issuer: CheckedIssuer,
  stage: CheckedStage,
): AsyncGenerator<Finding, readonly JWK[] | undefined> {
  const itself = inSentence(issuer);
  const usable = `${itself} has a key that ${issuer.verifier.subject} accepts`;
  let uri: unknown = issuer.jwksUri;
  if (uri === undefined) {
    const { finding, document } = await readDocument(issuer);
    yield finding;
    if (document === undefined) {
      for (const check of [`${itself} ${NAME}`, `${itself} ${KEYS}`, usable])
        yield notChecked(check, 'there is no discovery document');
      return undefined;
    }
    yield compareNames(issuer, document['issuer']);
    uri = document['jwks_uri'];
  }
  const read = await readKeys(issuer, uri, stage);
  yield read.finding;
  if (read.keys === undefined) {
    yield notChecked(usable, `the keys of ${itself} could not be read`);
    return undefined;
  }
  yield checkSigningKeys(usable, read.keys, issuer);
  yield checkKeysArePublic(`${itself} ${PUBLIC}`, read.keys);
  return read.keys;
}

interface ReadDocument {
  readonly finding: Finding;
  readonly document?: Readonly<Record<string, unknown>>;
}

async function readDocument(checked: CheckedIssuer): Promise<ReadDocument> {
  const { issuer, verifier } = checked;
  const check = `${inSentence(checked)} ${DOCUMENT}`;
  const setting = settingOf(checked, 'issuer');
  // Section 4: a slash at the end of the issuer is removed before the path is appended.
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const got = await get(url);
  if (!got.answered) {
    return {
      finding: failed(
        check,
        `${url} cannot be read (${got.reason})`,
        `${capital(verifier.subject)} reads it over the public internet, with a certificate of a public authority. Correct ${setting} in infra/stages/stages.yml, or make the address public.`,
      ),
    };
  }
  if (got.status >= 300 && got.status < 400) {
    return {
      finding: failed(
        check,
        `${url} redirects to ${redirectTarget(url, got.headers.location)} (${got.status})`,
        `A discovery document must be answered with 200. Set ${setting} to the "iss" of your tokens, letter for letter; if they agree, serve the document at this address itself.`,
      ),
    };
  }
  if (got.status !== 200) {
    return {
      finding: failed(
        check,
        `${url} answers ${got.status}`,
        `Decode a caller token, and set ${setting} to its "iss", letter for letter. Some providers have an issuer for each tenant, realm or authorization server.`,
      ),
    };
  }
  const document = jsonObject(got.body);
  if (document === undefined) {
    return {
      finding: failed(
        check,
        `${url} does not answer with a JSON object`,
        `Another server answers at this address. Set ${setting} to the "iss" of your tokens.`,
      ),
    };
  }
  return { finding: inTime(check, got.took, url, verifier), document };
}

function inTime(check: string, took: Milliseconds, detail: string, { subject, waits }: Verifier): Finding {
  if (took <= waits) return ok(check, detail);
  return warning(
    check,
    `${detail} took ${Math.round(took)} ms`,
    `${capital(subject)} waits at most ${waits} ms, and refuses callers if it cannot read the keys. Run the command again; if it stays slow, put a cache before the issuer.`,
  );
}

function compareNames(checked: CheckedIssuer, named: unknown): Finding {
  const { issuer, verifier } = checked;
  const check = `${inSentence(checked)} ${NAME}`;
  const setting = settingOf(checked, 'issuer');
  if (named === issuer) return ok(check, issuer);
  if (typeof named !== 'string') {
    return failed(
      check,
      'its discovery document has no "issuer"',
      `Set ${setting} in infra/stages/stages.yml to the address of an OpenID Connect provider.`,
    );
  }
  const detail = `the stage has ${JSON.stringify(issuer)}, the issuer ${JSON.stringify(named)}`;
  if (named.includes('{')) {
    return failed(
      check,
      detail,
      `This is the address for the users of all tenants. Set ${setting} to the address of your own tenant.`,
    );
  }
  if (named.replace(/\/$/, '') === issuer.replace(/\/$/, '')) {
    return failed(
      check,
      `${detail}: they differ in the slash at the end`,
      `Set ${setting} to ${named}, ${named.endsWith('/') ? 'with' : 'without'} the slash. ${capital(verifier.subject)} compares it with the "iss" of each token letter for letter, and otherwise answers 401 to every caller.`,
    );
  }
  return failed(
    check,
    detail,
    `Set ${setting} to ${named} if the "iss" of your tokens is that. ${capital(verifier.subject)} compares them letter for letter.`,
  );
}

async function readKeys(
  issuer: CheckedIssuer,
  uri: unknown,
  { isLocal }: CheckedStage,
): Promise<{ readonly finding: Finding; readonly keys?: readonly JWK[] }> {
  const { subject, maxBytes } = issuer.verifier;
  const check = `${inSentence(issuer)} ${KEYS}`;
  if (typeof uri !== 'string' || !URL.canParse(uri)) {
    return {
      finding: failed(
        check,
        'its discovery document has no "jwks_uri"',
        'Use an issuer that signs its tokens with a public key.',
      ),
    };
  }
  if (!(isLocal ? isConfidential(uri) : uri.startsWith('https://'))) {
    return {
      finding: failed(
        check,
        `its "jwks_uri" is ${uri}`,
        'It must begin with https://. Correct the public address in the settings of the issuer, or of the proxy before it.',
      ),
    };
  }
  const got = await get(uri);
  if (!got.answered) {
    return {
      finding: failed(
        check,
        `${uri} cannot be read (${got.reason})`,
        `${capital(subject)} must be able to read it over the public internet.`,
      ),
    };
  }
  const keys = jsonObject(got.body)?.['keys'];
  if (got.status !== 200 || !Array.isArray(keys)) {
    const answer = got.status === 200 ? 'answers no list of keys' : `answers ${got.status}`;
    return {
      finding: failed(
        check,
        `${uri} ${answer}`,
        'It must answer 200 with a JSON Web Key Set (RFC 7517 section 5). See the settings of the issuer.',
      ),
    };
  }
  const bytes = Buffer.byteLength(got.body);
  if (bytes > maxBytes) {
    return {
      finding: failed(
        check,
        `${uri} has ${bytes} bytes`,
        `${capital(subject)} reads at most ${maxBytes}. Remove former keys and certificate chains from the key set.`,
      ),
    };
  }
  return { finding: inTime(check, got.took, uri, issuer.verifier), keys: keys.filter(isJwk) };
}

const isJwk = (key: unknown): key is JWK => typeof key === 'object' && key !== null && !Array.isArray(key);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
