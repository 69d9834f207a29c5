import {
  answerSafely,
  connectionDropped,
  type HttpAnswer,
  type HttpHandler,
  type HttpRequest,
} from './loopback-server.ts';

/** The runtime's `fetch`, for URLs given as strings. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** Makes a `fetch` that calls a server's handler directly, without a socket. It ignores the URL's origin. */
export function inMemoryFetch(handle: HttpHandler): Fetch {
  return async (url, init = {}) => {
    const answer = await unlessAborted(answerSafely(handle, await requestOf(url, init)), init.signal);
    if (answer === connectionDropped) throw new TypeError('fetch failed', { cause: closedByOtherSide() });
    return responseOf(answer);
  };
}

async function requestOf(url: string, { method = 'GET', headers, body }: RequestInit): Promise<HttpRequest> {
  const { pathname, searchParams } = new URL(url);
  return {
    method,
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(new Headers(headers)),
    body: typeof body === 'string' ? body : await new Response(body).text(),
  };
}

function responseOf({ status, headers, body }: HttpAnswer): Response {
  // As bytes: for a string, Response would add a Content-Type that the server does not send.
  return new Response(Buffer.from(body), { status, headers });
}

/** The error that the runtime's `fetch` names as its cause when a connection ends without an answer. */
function closedByOtherSide(): Error {
  return Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
}

async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (signal === null || signal === undefined) return answer;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => {
    aborted.reject(signal.reason as Error);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([answer, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
