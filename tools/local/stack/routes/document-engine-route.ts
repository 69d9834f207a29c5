import { headerOf, json, type HttpResponse, type LocalRoute } from '../../stand-ins/api-gateway/index.ts';
import { isForThisMachine, notForThisMachine } from './this-machine.ts';

/**
 * The paths of the SDKs' requests, all with a client token. Document Engine's own API (`/api/…`) and its dashboard are not among
 * them.
 */
const SDK_PATH = /^\/(?:i|documents|local\/open)(?:[/?]|$)/;

/** Headers of one connection (RFC 9110, section 7.6.1), and those that `fetch` sets by itself. */
const OF_ONE_HOP = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** `fetch` has decoded the body, and the server counts its length anew. */
const OF_ENCODING = new Set(['content-encoding', 'content-length']);

/**
 * Passes the SDKs' requests on to Document Engine: some of Nutrient's sample apps expect it at the address of their backend.
 *
 * @param url - Document Engine's base URL
 */
export function documentEngineRoute(url: string): LocalRoute {
  return async (request) => {
    const { method, target, headers, body } = request;
    const { pathname, search } = URL.parse(target, url) ?? { pathname: '', search: '' };
    // The path is judged after its dot segments are resolved, as it is sent on.
    if (!SDK_PATH.test(target) || !SDK_PATH.test(pathname)) return undefined;
    if (!isForThisMachine(request)) return notForThisMachine();
    if (headerOf(request, 'upgrade') !== undefined)
      return json(501, { message: 'Connect to Document Engine itself for a WebSocket' });
    const answer = await fetch(`${url}${pathname}${search}`, {
      method,
      headers: headers.filter(([name]) => !OF_ONE_HOP.has(name.toLowerCase())).map((it) => [...it]),
      ...(body !== undefined && body.length > 0 && method !== 'GET' && method !== 'HEAD' && { body }),
      redirect: 'manual',
    }).catch(() => undefined);
    return answer === undefined
      ? json(502, { message: 'Document Engine does not answer' })
      : passedOn(answer);
  };
}

async function passedOn(answer: Response): Promise<HttpResponse> {
  const headers = [...answer.headers].filter(([name]) => !OF_ONE_HOP.has(name) && !OF_ENCODING.has(name));
  return {
    status: answer.status,
    headers: Object.fromEntries(headers),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}
