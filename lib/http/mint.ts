import { mintTokens, type MintDependencies, type MintedToken } from '../tokens/index.ts';
import { callerOf, type Caller, type ClaimNames } from './caller.ts';
import { readBody } from './json-body.ts';
import {
  mintRequestOf,
  mintRequestSchema,
  subjectOf,
  type MintRequestBody,
  type TtlBounds,
} from './mint-request.ts';
import { problemOfRefusal } from './problem-of.ts';
import { Problem } from './problem.ts';
import { json, route, type ApiHandler } from './route.ts';

/** What the mint route works with. */
export interface MintRouteDependencies extends MintDependencies {
  readonly claimNames: ClaimNames;
  readonly ttl: TtlBounds;
  /** Document Engine's base URL, without a slash at its end. */
  readonly documentEngineUrl: string;
}

const MAX_BODY_BYTES = 64 * 1024;

const ON_BEHALF_SCOPE = 'layermint/on-behalf';

/** `POST /v1/tokens`: mints one token. */
export function mintRoute(dependencies: MintRouteDependencies): ApiHandler {
  const schema = mintRequestSchema(dependencies.ttl);
  return route(async (event, note) => {
    const caller = callerOf(event, dependencies.claimNames);
    const body = readBody(event, schema, MAX_BODY_BYTES);
    const subject = subjectFor(caller, body);
    note({ documentId: body.documentId, userId: subject.userId });
    const [outcome] = await mintTokens(subject, [mintRequestOf(body)], dependencies);
    if (outcome?.outcome !== 'minted')
      throw outcome ? problemOfRefusal(outcome) : new TypeError('no outcome');
    const { token } = outcome;
    note({ jti: token.family, kid: token.kid, expiresAt: token.expiresAt });
    return json(201, tokenBody(token, dependencies.documentEngineUrl));
  }, dependencies.log);
}

/** The caller, or whoever the caller speaks for and may. */
function subjectFor(caller: Caller, { onBehalfOf }: MintRequestBody): Caller['subject'] {
  if (onBehalfOf === undefined) return caller.subject;
  if (!caller.scopes.has(ON_BEHALF_SCOPE)) {
    throw new Problem(
      'scope-missing',
      `"onBehalfOf" needs a caller token with the scope ${ON_BEHALF_SCOPE}.`,
    );
  }
  return subjectOf(onBehalfOf);
}

/** A minted token as the API answers it: RFC 3339 times, and the URLs that the client SDKs take. */
function tokenBody(token: MintedToken, serverUrl: string): Readonly<Record<string, unknown>> {
  return {
    jwt: token.jwt,
    documentId: token.documentId,
    layer: token.layer,
    userId: token.userId,
    permissions: token.permissions,
    issuedAt: rfc3339(token.issuedAt),
    expiresAt: rfc3339(token.expiresAt),
    refreshAt: rfc3339(token.refreshAt),
    serverUrl,
    documentUrl: `${serverUrl}/api/1/documents/${token.documentId}`,
  };
}

/** RFC 3339 in UTC, of Unix seconds: `2026-01-31T12:00:00Z`. */
function rfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
