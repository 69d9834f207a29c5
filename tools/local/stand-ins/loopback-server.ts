import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { listen, type Listening, type Place } from './listening.ts';
import { refuseForeignPages } from './web-pages.ts';

/** An HTTP request, read to its end. */
export interface HttpRequest {
  readonly method: string;
  /** The path as it was sent, still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The answer to a request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Instead of an answer: the connection is closed without one. */
export const connectionDropped = Symbol('connection dropped');

/** Answers one request. An error becomes a 500 that says nothing about the request. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpAnswer | typeof connectionDropped>;

/** A server of {@link listenOnLoopback}. */
export type LoopbackServer = Listening;

const LARGEST_BODY = 1024 * 1024;

/** A plain text answer. */
export function textAnswer(status: number, text: string, headers: Record<string, string> = {}): HttpAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body: text };
}

/** A JSON answer. */
export function jsonAnswer(status: number, body: unknown): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/**
 * Serves HTTP on 127.0.0.1, so that nothing outside this machine can reach the local stack, and neither can a web page.
 *
 * @param handle answers each request; a longer body is answered with 413 before it is called
 * @param port the port to listen on; 0 picks a free one
 * @param largestBody in bytes; 1 MiB unless given
 * @throws {PortTakenError} if the port is taken
 */
export async function listenOnLoopback(
  handle: HttpHandler,
  port = 0,
  largestBody = LARGEST_BODY,
): Promise<Listening> {
  return serveAt(handle, { port }, largestBody);
}

/** Serves HTTP as {@link listenOnLoopback} does, and also at an address of the network if the place has one. */
export async function serveAt(
  handle: HttpHandler,
  place: Place,
  largestBody = LARGEST_BODY,
): Promise<Listening> {
  const server = createServer((request, response) => {
    void serve(handle, request, response, largestBody);
  });
  refuseForeignPages(server);
  return listen(server, place);
}

async function serve(
  handle: HttpHandler,
  incoming: IncomingMessage,
  response: ServerResponse,
  largestBody: number,
): Promise<void> {
  try {
    const target = incoming.url ?? '/';
    const queryAt = target.indexOf('?');
    const request = {
      method: incoming.method ?? 'GET',
      path: queryAt < 0 ? target : target.slice(0, queryAt),
      query: new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt + 1)),
      headers: incoming.headers,
      body: await readBody(incoming, largestBody),
    };
    const answer = await answerSafely(handle, request, largestBody);
    if (answer === connectionDropped) response.destroy();
    else send(response, answer);
  } catch {
    // The client disconnected before its request ended. Nobody waits for an answer.
    response.destroy();
  }
}

/**
 * Answers every request: an error of the handler becomes a 500, and a body that is too long a 413.
 *
 * @param request - its body may be cut short if it is too long
 * @param largestBody - in bytes; 1 MiB unless given
 */
export async function answerSafely(
  handle: HttpHandler,
  request: HttpRequest,
  largestBody = LARGEST_BODY,
): Promise<HttpAnswer | typeof connectionDropped> {
  if (Buffer.byteLength(request.body) > largestBody)
    return textAnswer(413, `The request body is over ${largestBody / LARGEST_BODY} MiB.`, {
      connection: 'close',
    });
  try {
    return await handle(request);
  } catch (error) {
    // Only the stack frames: the message may quote a request, which may hold a secret.
    const frames =
      error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
    console.error(['The local server failed to answer a request', ...frames].join('\n'));
    return textAnswer(500, 'The local server failed. Its standard error shows the stack trace.');
  }
}

/** Reads a body to its end. Of a body that is too long it keeps only enough to show that. */
async function readBody(incoming: IncomingMessage, largestBody: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  incoming.on('data', (chunk: Uint8Array) => {
    if (size <= largestBody) chunks.push(chunk);
    size += chunk.length;
  });
  await new Promise((resolve, reject) => {
    incoming.once('end', resolve);
    incoming.once('error', reject);
  });
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, answer: HttpAnswer): void {
  response.writeHead(answer.status, answer.headers).end(answer.body);
}
