import {
  type DocumentEngineOptions,
  type HeldSecret,
  type Verification,
} from '../../../tools/local/stand-ins/document-engine/index.ts';
import { backendApi } from '../../../tools/local/stand-ins/document-engine/backend-api.ts';
import { Documents } from '../../../tools/local/stand-ins/document-engine/held-documents.ts';
import { JwtSecrets } from '../../../tools/local/stand-ins/document-engine/jwt-secrets.ts';
import { defaultBehaviour } from '../../../tools/local/stand-ins/document-engine/options.ts';
import { parsePublicKey } from '../../../tools/local/stand-ins/document-engine/public-key.ts';
import { Revocations } from '../../../tools/local/stand-ins/document-engine/revocations.ts';
import { route } from '../../../tools/local/stand-ins/document-engine/routing.ts';
import { verifyClientToken, type TokenRules } from '../../../tools/local/stand-ins/document-engine/tokens.ts';
import { viewer } from '../../../tools/local/stand-ins/document-engine/viewer.ts';
import { Faults } from '../../../tools/local/stand-ins/faults.ts';
import { connectionDropped, textAnswer } from '../../../tools/local/stand-ins/loopback-server.ts';
import { type Clock } from '../../../lib/runtime/clock.ts';

/** Document Engine's stand-in, without a socket. */
export interface DocumentEngine {
  /** Sends it a request, as the runtime's `fetch` would to the server; of the URL only path and query count. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Says whether a client token would be accepted now. */
  verify(jwt: string): Verification;
  /** The public keys that have not expired, oldest first. */
  secrets(): HeldSecret[];
}

/** Makes a Document Engine in memory, with the rules and routes of the local stack's. */
export function createDocumentEngine(
  options: DocumentEngineOptions & { readonly clock: Clock },
): DocumentEngine {
  const { clock, algorithm, apiToken } = options;
  const behaviour = { ...defaultBehaviour, ...options };
  const publicKey = parsePublicKey(options.publicKey, algorithm);
  if (publicKey === undefined) throw new TypeError('the current key is a public key for the algorithm');
  const rules: TokenRules = {
    algorithm,
    secrets: new JwtSecrets(publicKey, behaviour, clock),
    revocations: new Revocations(clock, behaviour.leewaySeconds),
    clock,
    behaviour,
  };
  return {
    fetch: inMemory(apiToken, new Documents(options.documents), rules),
    verify: (jwt) => verifyClientToken(jwt, rules),
    secrets: () =>
      rules.secrets
        .list()
        .map(({ id, publicKey: { thumbprint }, expiresAt }) => ({ id, thumbprint, expiresAt })),
  };
}

function inMemory(apiToken: string, documents: Documents, rules: TokenRules): DocumentEngine['fetch'] {
  const routes = [...backendApi(apiToken, documents, rules), ...viewer(documents, rules)];
  const none = textAnswer(503, 'unused');
  const faults = new Faults<(typeof routes)[number]['operation']>({ serverError: none, throttled: none });
  return async (url, { method = 'GET', headers, body }) => {
    const { pathname, searchParams } = new URL(url);
    const request = {
      method,
      path: pathname,
      query: searchParams,
      headers: Object.fromEntries(new Headers(headers)),
      body: typeof body === 'string' ? body : '',
    };
    const answered = await route(request, routes, faults);
    if (answered === connectionDropped) throw new TypeError('no fault is injected there');
    return new Response(answered.body as string, { status: answered.status, headers: answered.headers });
  };
}
