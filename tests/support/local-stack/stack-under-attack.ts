import { beforeAll, expect, jest } from '@jest/globals';
import * as z from 'zod';
import { type Stack, startStack } from '../../../tools/local/stack/stack.ts';
import { secondsOf, systemClock } from '../../../lib/runtime/clock.ts';
import { type RawResponse, sendJson } from '../http/raw-http.ts';
import { startTokenIssuer, type TokenIssuer } from '../identity/token-issuer.ts';
import { resourcesOfFile } from '../runtime/resources.ts';

/** A document that alice owns. */
export const CONTRACT = 'contract-2026';
/** A document that only the group `editors` can open. */
export const PLAN = 'floor-plan';

/** The local stack under attack, available from the first test on. */
export let stack: Stack;
/** An issuer of the attacker's own. */
export let foreign: TokenIssuer;

/** Starts one stack for all attacks of a test file, and stops it after them. A start takes seconds. */
export function attackOneStack(): void {
  jest.setTimeout(300_000);
  const resources = resourcesOfFile();
  beforeAll(async () => {
    stack = resources.adopt(await startStack({ port: 0, logLevel: 'error' }), (it) => it.close());
    foreign = resources.adopt(await startTokenIssuer('layermint', systemClock), (it) => it.close());
  });
}

/** Returns the current time, in Unix seconds. */
export const seconds = (): number => secondsOf(systemClock);

/** Returns the caller token of a demo user. */
export const tokenOf = (caller: string): string => stack.callers[caller]?.token ?? '';

/** Signs a caller token as the issuer. The value undefined leaves out a claim or a header parameter. */
export const signed = (
  claims: Readonly<Record<string, unknown>>,
  header?: Readonly<Record<string, unknown>>,
) =>
  stack.signCallerToken(
    { iss: stack.issuer, aud: 'layermint', iat: seconds(), exp: seconds() + 3600, ...claims },
    header,
  );

/** A request to the stack. Its method is POST and its path /v1/tokens unless given. */
export interface Sent {
  readonly token?: string;
  /** A string is sent unchanged, any other value as JSON. */
  readonly body?: unknown;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** Sends a request. */
export function send({ method = 'POST', path = '/v1/tokens', ...rest }: Sent): Promise<RawResponse> {
  return sendJson(stack.api, { method, path, ...rest });
}

/** Asks for a token. */
export const mint = (token: string, body: unknown): Promise<RawResponse> => send({ token, body });

const Minted = z.object({ jwt: z.string(), layer: z.string() });

/** Reads the JWT in the answer to a mint, which must have succeeded. */
export function jwtIn(answer: RawResponse): string {
  expect([answer.status, answer.body]).toEqual([201, expect.any(String)]);
  return Minted.parse(JSON.parse(answer.body)).jwt;
}

/** Document Engine's answer to a token that opens a document. */
export const Opened = z.object({
  userId: z.string(),
  permissions: z.array(z.string()),
  collaborationPermissions: z.array(z.string()).optional(),
});

/** Opens a document at Document Engine. Returns the status if it refuses. */
export async function open(
  jwt: string,
  documentId: string,
  layer = '',
): Promise<z.infer<typeof Opened> | number> {
  const query = new URLSearchParams({ documentId, layer, jwt });
  const response = await fetch(`${stack.documentEngine}/local/open?${query.toString()}`);
  const text = await response.text();
  return response.status === 200 ? Opened.parse(JSON.parse(text)) : response.status;
}

/** Expects one of the statuses, and an answer without a token. */
export function expectRefused(
  { status, body }: Pick<RawResponse, 'status' | 'body'>,
  ...statuses: number[]
): void {
  expect(statuses).toContain(status);
  expect(body).not.toContain('eyJ');
  expect(body).not.toContain('jwt"');
}

/** Gives a grant as the backend. */
export async function give(documentId: string, principal: string, content: object): Promise<void> {
  const path = `/v1/documents/${documentId}/grants?${principal}`;
  const { status } = await send({ token: tokenOf('backend'), method: 'PUT', path, body: content });
  expect([200, 201]).toContain(status);
}
