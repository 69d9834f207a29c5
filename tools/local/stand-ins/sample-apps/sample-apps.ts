import * as z from 'zod';
import {
  headerOf,
  json,
  type HttpRequest,
  type HttpResponse,
  type LocalRoute,
} from '../api-gateway/index.ts';
import { asReachedBy } from '../web-pages.ts';

/** A document of the list, with the layers in which it can be opened. */
export interface SampleDocument {
  readonly id: string;
  /** The shared layers; `""` is the default layer. */
  readonly layers: readonly string[];
}

/** A mint request of the API. */
export interface MintRequest {
  readonly documentId: string;
  readonly layer?: string;
  readonly privateLayer?: true;
}

/** The part of the API's answer to a mint request that sample apps need. A refusal is a 4xx. */
export type Minted =
  | { readonly minted: true; readonly jwt: string; readonly layer: string; readonly serverUrl: string }
  | { readonly minted: false; readonly status: number; readonly message: string };

export interface SampleAppOptions {
  /** The accepted user names of HTTP Basic, with any password. */
  readonly users: readonly string[];
  readonly documents: readonly SampleDocument[];
  /** Documents by the ids that apps have in their sources, as ids of `documents`. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Mints with the user's own caller token. */
  readonly mint: (user: string, request: MintRequest) => Promise<Minted>;
}

/** The first segment of paths that name their user. */
const SIGN_IN_PREFIX = 'as';

const DOCUMENT_LINK_TYPE = 'application/vnd.instant-example+json';
const CHALLENGE = { 'www-authenticate': 'Basic realm="Layermint local stack", charset="UTF-8"' };

/**
 * Serves the API that Nutrient's own sample apps expect of "the backend", so that they work with the local stack unchanged:
 *
 * - Android: `GET /api/documents`, `GET /api/document/{id}` and `GET /api/document/{id}/{layer}`. A refusal is a 200 with
 *   `"success": false`, as the app drops the whole list at any other status.
 * - Flutter and iOS: the document link `GET /d/{id}` or `GET /d/{id}/{layer}`, with the Accept header they send.
 * - iOS and Android: `POST /api/{id}`, answered like a document link. With `{"layers": [names]}`, the answer is an object with such an
 *   answer under each name. `jwtParameters` in the body change nothing: user and rights are those of the sign-in.
 *
 * All of them are served below `/as/{user}` too. This signs in an app that follows a link and sends no HTTP Basic.
 */
export function sampleAppRoutes({ users, documents, aliases, mint }: SampleAppOptions): LocalRoute {
  const listDocuments = async (user: string): Promise<HttpResponse> => {
    const listed = await Promise.all(
      documents.map(async ({ id, layers }) => {
        const requests = [...layers.map((layer) => ({ layer })), { privateLayer: true as const }];
        const answers = await Promise.all(requests.map((it) => mint(user, { documentId: id, ...it })));
        const tokens = answers.filter((it) => it.minted);
        return { id, title: id, layers: tokens.map((it) => it.layer), tokens: tokens.map((it) => it.jwt) };
      }),
    );
    return json(200, { documents: listed.filter(({ tokens }) => tokens.length > 0) });
  };

  const openDocument = async (user: string, documentId: string, layer: string): Promise<HttpResponse> => {
    const answer = await mint(user, { documentId, layer });
    return json(200, answer.minted ? { success: true, token: answer.jwt } : refusal(answer.message));
  };

  const followLink = async (
    request: HttpRequest,
    { user, base }: SignedIn,
    documentId: string,
    layer: string,
  ): Promise<HttpResponse> => {
    if (!headerOf(request, 'accept')?.includes(DOCUMENT_LINK_TYPE)) {
      return json(406, refusal(`A document link answers apps that send "Accept: ${DOCUMENT_LINK_TYPE}"`));
    }
    const answer = await mint(user, { documentId, layer });
    if (!answer.minted) return json(answer.status, refusal(answer.message));
    return {
      ...json(200, describe(request, base, documentId, answer)),
      headers: { 'content-type': DOCUMENT_LINK_TYPE },
    };
  };

  const openLayers = async (
    request: HttpRequest,
    { user, base }: SignedIn,
    documentId: string,
  ): Promise<HttpResponse> => {
    const layers = readLayers(request.body);
    if (layers === undefined)
      return json(400, refusal('The body must be {"layers": ["name", …]}, {"jwtParameters": {…}} or empty'));
    const answers = await Promise.all(layers.names.map((layer) => mint(user, { documentId, layer })));
    const refused = answers.find((it) => !it.minted);
    if (refused) return json(refused.status, refusal(refused.message));
    const links = answers
      .filter((it) => it.minted)
      .map((it) => [it.layer, describe(request, base, documentId, it)] as const);
    return json(200, layers.asked ? Object.fromEntries(links) : links[0]?.[1]);
  };

  const documentOf = (id: string): string => (Object.hasOwn(aliases, id) ? (aliases[id] ?? id) : id);

  return async (request) => {
    const { path, userInPath } = pathOf(request);
    const [first, second = '', third = '', ...rest] = path;
    const asUser = async (answer: (caller: SignedIn) => Promise<HttpResponse>): Promise<HttpResponse> => {
      const user = userInPath ?? basicUserOf(request);
      if (user === undefined || !users.includes(user)) {
        return json(401, refusal(`Sign in as ${users.join(', ')}, with any password`), CHALLENGE);
      }
      const response = await answer({ user, base: userInPath === undefined ? '' : `/as/${user}` });
      return { ...response, headers: { ...response.headers, 'cache-control': 'no-store' } };
    };

    const get = request.method === 'GET';
    if (first === 'api' && second === 'documents' && get) return asUser(({ user }) => listDocuments(user));
    if (first === 'api' && second === 'document' && get && third !== '') {
      return asUser(({ user }) => openDocument(user, documentOf(third), rest.join('/')));
    }
    if (first === 'd' && second !== '' && get) {
      return asUser((caller) => followLink(request, caller, documentOf(second), [third, ...rest].join('/')));
    }
    if (first === 'api' && second !== '' && third === '' && request.method === 'POST') {
      return asUser((caller) => openLayers(request, caller, documentOf(second)));
    }
    return undefined;
  };
}

/** The demo user of a request, and the path below which its links are. */
interface SignedIn {
  readonly user: string;
  readonly base: string;
}

/**
 * Splits the path, then decodes each segment, as a layer's name may hold a slash. Takes `/as/{user}` off its beginning. Returns an
 * empty path if a segment cannot be decoded.
 */
function pathOf({ target }: HttpRequest): { readonly path: string[]; readonly userInPath?: string } {
  try {
    const segments = (target.split('?')[0] ?? '').slice(1).split('/').map(decodeURIComponent);
    const [prefix, userInPath, ...path] = segments;
    return prefix === SIGN_IN_PREFIX && userInPath !== undefined ? { path, userInPath } : { path: segments };
  } catch {
    return { path: [] };
  }
}

/** Reads the user name of HTTP Basic (RFC 7617), and ignores the password. */
function basicUserOf(request: HttpRequest): string | undefined {
  const [, encoded] = /^Basic ([\w+/=-]+)$/i.exec(headerOf(request, 'authorization') ?? '') ?? [];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8').split(':')[0];
}

const LayersBody = z.object({
  layers: z.array(z.string()).min(1).max(100).optional(),
  jwtParameters: z.looseObject({}).optional(),
});

/** Reads the requested layers: the default layer if the body names none. */
function readLayers(
  body: Buffer | undefined,
): { readonly names: string[]; readonly asked: boolean } | undefined {
  if (body?.length === 0) return { names: [''], asked: false };
  try {
    const { layers } = LayersBody.parse(JSON.parse(body?.toString('utf8') ?? ''));
    return layers === undefined ? { names: [''], asked: false } : { names: layers, asked: true };
  } catch {
    return undefined;
  }
}

/** Makes the answer of a document link. Every field is a string, as the apps' parsers require. */
function describe(
  request: HttpRequest,
  base: string,
  documentId: string,
  answer: Minted & { minted: true },
): object {
  const encodedDocumentId = encodeURIComponent(documentId);
  const path = [
    'd',
    encodedDocumentId,
    ...(answer.layer === '' ? [] : [encodeURIComponent(answer.layer)]),
  ].join('/');
  return {
    serverUrl: asReachedBy(headerOf(request, 'host'), answer.serverUrl),
    documentId,
    jwt: answer.jwt,
    encodedDocumentId,
    // The app's own address: an emulator reaches this machine under another one.
    url: `http://${headerOf(request, 'host') ?? '127.0.0.1'}${base}/${path}`,
  };
}

function refusal(message: string): object {
  return { success: false, message };
}
