import {
  headerOf,
  json,
  type HttpRequest,
  type HttpResponse,
  type LocalRoute,
} from '../../stand-ins/api-gateway/index.ts';
import type { Caller, Issuer } from '../../stand-ins/issuer/index.ts';
import { asReachedBy } from '../../stand-ins/web-pages.ts';
import { DEMO_CALLERS, DEMO_DOCUMENTS } from '../demo/demo.ts';
import type { SigningKeyPair } from '../demo/demo-signing-key.ts';
import type { Surroundings } from '../surroundings.ts';
import { isForThisMachine, notForThisMachine } from './this-machine.ts';

/** The description of a running stack: the line of `npm start -- --json`, and the one for commands. */
export interface StackDescription {
  /** Base URL of the API. */
  readonly api: string;
  /** The page for people who debug tokens and grants. */
  readonly console: string;
  /** The OIDC issuer of the callers' tokens. */
  readonly issuer: string;
  /** Issues fresh caller tokens (OAuth 2.0). */
  readonly tokenEndpoint: string;
  /** Base URL of Document Engine. */
  readonly documentEngine: string;
  /** The stand-in verifies tokens and shows no documents. */
  readonly documentEngineKind: 'stand-in' | 'real';
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

/** A description without tokens, for every program that can reach the stack. */
export type OpenDescription = Omit<StackDescription, 'callers'> & {
  readonly callers: Readonly<Record<string, Omit<DescribedCaller, 'token'>>>;
};

/** The table, for commands that read and write it directly. */
export interface TableDescription {
  readonly name: string;
  /** Base URL of DynamoDB. */
  readonly endpoint: string;
}

/** The logs, for commands that query them. */
export interface LogsDescription {
  /** Base URL of CloudWatch Logs. */
  readonly endpoint: string;
  /** The log group of the audit log. */
  readonly auditLogGroup: string | undefined;
}

/** Leaves out the callers' tokens. */
export function withoutTokens({ callers, ...rest }: StackDescription): OpenDescription {
  const named = Object.entries(callers).map(
    ([name, { userId, groups }]) => [name, { userId, groups }] as const,
  );
  return { ...rest, callers: Object.fromEntries(named) };
}

/**
 * Rewrites the addresses of a description so that the sender of a request can use them. The issuer's stays: it is the name in the
 * tokens, and the API fetches the keys there. So does the console's: over http from elsewhere, browsers have no cryptography for its
 * sign-in.
 *
 * @param host - the request's `Host`, or an address of this machine
 */
export function reachedAt<Described extends OpenDescription>(
  host: string | undefined,
  description: Described,
): Described {
  const { api, tokenEndpoint, documentEngine } = description;
  return {
    ...description,
    api: asReachedBy(host, api),
    tokenEndpoint: asReachedBy(host, tokenEndpoint),
    documentEngine: asReachedBy(host, documentEngine),
  };
}

/** Serves a description to requests that a foreign web page cannot have sent. @param describe - gets the request's `Host` */
export function descriptionRoute(
  path: string,
  describe: (
    host: string | undefined,
  ) => StackDescription | OpenDescription | TableDescription | LogsDescription,
): LocalRoute {
  const answer = (request: HttpRequest): HttpResponse | undefined => {
    if (request.method !== 'GET' || request.target !== path) return undefined;
    if (!isForThisMachine(request)) return notForThisMachine();
    return json(200, describe(headerOf(request, 'host')), { 'cache-control': 'no-store' });
  };
  return (request) => Promise.resolve(answer(request));
}

/** Describes callers, each with a fresh token. */
export async function describeCallers(
  callers: readonly Caller[],
  issuer: Pick<Issuer, 'tokenFor'>,
): Promise<StackDescription['callers']> {
  const described = callers.map(async (caller): Promise<[string, DescribedCaller]> => {
    const { userId, groups } = caller;
    return [userId, { token: await issuer.tokenFor(caller), userId, groups }];
  });
  return Object.fromEntries(await Promise.all(described));
}

/** Describes the parts of a stack, with tokens of the demo callers. */
export async function describeParts(
  { issuer, documentEngine }: Pick<Surroundings, 'issuer' | 'documentEngine'>,
  { kid, alg, publicKey }: SigningKeyPair,
): Promise<Omit<StackDescription, 'api' | 'console'>> {
  return {
    issuer: issuer.url,
    tokenEndpoint: issuer.tokenEndpoint,
    documentEngine: documentEngine.url,
    documentEngineKind: documentEngine.kind,
    signingKey: { kid, alg, publicKey },
    callers: await describeCallers(DEMO_CALLERS, issuer),
    documents: DEMO_DOCUMENTS.map(({ id }) => id),
  };
}
