import { headerOf, json } from '../stand-ins/api-gateway/http-server.ts';
import type { LocalRoute } from '../stand-ins/api-gateway/gateway.ts';

/** What a running stack says of itself: the line of `npm start -- --json`, and the answer to `GET /local`. */
export interface StackDescription {
  /** Base URL of the API. */
  readonly api: string;
  /** The OIDC issuer of the callers' tokens. */
  readonly issuer: string;
  /** Hands out fresh caller tokens (OAuth 2.0). */
  readonly tokenEndpoint: string;
  /** Base URL of the Document Engine stand-in. */
  readonly documentEngine: string;
  readonly signingKey: {
    readonly kid: string;
    readonly alg: string;
    /** SPKI PEM. */
    readonly publicKey: string;
  };
  /** By name. */
  readonly callers: Readonly<Record<string, DescribedCaller>>;
  /** The ids of the demo documents. */
  readonly documents: readonly string[];
}

export interface DescribedCaller {
  /** A caller token that lives eight hours from the stack's start. */
  readonly token: string;
  readonly userId: string;
  readonly groups: readonly string[];
}

/** Where a running stack is looked for. */
export const DESCRIPTION_PATH = '/local';

/** Where it says how to reach its table. */
export const TABLE_PATH = '/local/table';

/** The answer to `GET /local/table`, for commands that work on the table itself. */
export interface TableDescription {
  readonly name: string;
  /** Base URL of DynamoDB. */
  readonly endpoint: string;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Serves a description. The one of the stack holds caller tokens, so it is refused under every name but this machine's own: a web page could point
 * a name of its own at 127.0.0.1 and then read it (DNS rebinding).
 */
export function descriptionRoute(
  path: string,
  describe: () => Promise<StackDescription> | TableDescription,
): LocalRoute {
  return async (request) => {
    if (request.method !== 'GET' || request.target !== path) return undefined;
    const host = headerOf(request, 'host')?.replace(/:\d+$/, '');
    if (host === undefined || !LOOPBACK.has(host.toLowerCase())) {
      return json(403, { message: 'Ask under localhost or 127.0.0.1' });
    }
    return json(200, await describe(), { 'cache-control': 'no-store' });
  };
}
