import * as z from 'zod';
import { LAYER_MAX_CHARACTERS } from '../../../lib/document-engine/index.ts';
import { listDocumentsHandler } from '../../../lib/http/routes/documents/list-documents.ts';
import { listGrantsHandler } from '../../../lib/http/routes/grants/list-grants.ts';
import { removeGrantsHandler } from '../../../lib/http/routes/grants/remove-grants.ts';
import { setGrantHandler } from '../../../lib/http/routes/grants/set-grant.ts';
import { DocumentsAnswer } from '../../../lib/http/routes/documents/schemas.ts';
import { MAX_LAYERS } from '../../../lib/http/messages/role-members.ts';
import { GrantAnswer, GrantsAnswer } from '../../../lib/http/routes/grants/schemas.ts';
import { type ApiHandler, type ApiResult } from '../../../lib/http/routes/route.ts';
import { apiEvent, lambdaContext } from '../http/events.ts';
import { RevocationWorld } from '../revocation/revocation-world.ts';

/** The claims of a caller. */
export type Claims = Readonly<Record<string, unknown>>;

/** A backend that may administer the grants of every document. */
export const BACKEND: Claims = { sub: 'backend', scope: 'openid layermint/grants' };

/** Makes a caller's claims. */
export const as = (sub: string, ...groups: readonly string[]): Claims => ({
  sub,
  ...(groups.length > 0 && { 'cognito:groups': groups }),
});

type Headers = Readonly<Record<string, string>>;

/** The routes of grants and documents over a real table, and a clock that moves by hand. */
export class GrantsApi {
  readonly world: RevocationWorld;

  private constructor(world: RevocationWorld) {
    this.world = world;
  }

  static async open(): Promise<GrantsApi> {
    return new GrantsApi(await RevocationWorld.open('doc'));
  }

  list(claims: Claims, documentId: string, query = ''): Promise<ApiResult> {
    return this.#call('GET', listGrantsHandler(this.world.dependencies), claims, documentId, query);
  }

  put(
    claims: Claims,
    documentId: string,
    query: string,
    body: unknown,
    headers?: Headers,
  ): Promise<ApiResult> {
    const put = setGrantHandler(this.world.dependencies);
    return this.#call('PUT', put, claims, documentId, query, body, headers);
  }

  remove(claims: Claims, documentId: string, query: string, headers?: Headers): Promise<ApiResult> {
    const remove = removeGrantsHandler(this.world.dependencies);
    return this.#call('DELETE', remove, claims, documentId, query, undefined, headers);
  }

  documents(claims: Claims, query = ''): Promise<ApiResult> {
    const { roles, privateLayerPrefix } = this.world.dependencies;
    const route = listDocumentsHandler({ ...this.world.dependencies, policy: { roles, privateLayerPrefix } });
    const event = { ...apiEvent({ claims, route: 'GET /v1/documents' }), rawQueryString: query };
    return route(event, lambdaContext());
  }

  #call(
    method: string,
    route: ApiHandler,
    claims: Claims,
    documentId: string,
    query: string,
    body?: unknown,
    headers: Headers = {},
  ): Promise<ApiResult> {
    const parts = { claims, body, headers, route: `${method} /v1/documents/{documentId}/grants` };
    const event = { ...apiEvent(parts), rawQueryString: query, pathParameters: { documentId } };
    return route(event, lambdaContext());
  }

  close(): Promise<void> {
    return this.world.close();
  }
}

/** Reads the grant in an answer. */
export const grantIn = (result: ApiResult): z.output<typeof GrantAnswer> =>
  z.parse(GrantAnswer, JSON.parse(result.body ?? ''));

/** Reads the page of grants in an answer. */
export const grantsIn = (result: ApiResult): z.output<typeof GrantsAnswer> =>
  z.parse(GrantsAnswer, JSON.parse(result.body ?? ''));

/** Reads the page of documents in an answer. */
export const documentsIn = (result: ApiResult): z.output<typeof DocumentsAnswer> =>
  z.parse(DocumentsAnswer, JSON.parse(result.body ?? ''));

/** Computes the length of a function's answer as Lambda gets it, in bytes. */
export const payloadOf = (result: ApiResult): number => Buffer.byteLength(JSON.stringify(result));

/** Makes the most and longest layer names that a grant can have, of characters that are long in an answer. */
export const longLayers = (name: string): string[] =>
  Array.from({ length: MAX_LAYERS }, (_, at) => `${name} ${at} `.padEnd(LAYER_MAX_CHARACTERS, '"'));

/** Reads a header of an answer. */
export const headerIn = (result: ApiResult, name: string): string => String(result.headers?.[name] ?? '');
