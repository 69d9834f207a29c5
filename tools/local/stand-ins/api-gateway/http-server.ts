import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, type Listening, type Place } from '../listening.ts';

/** One HTTP request, read to its end. */
export interface HttpRequest {
  readonly method: string;
  /** The request target as sent: path and query, still percent-encoded. */
  readonly target: string;
  /** HTTP/1.1 or HTTP/1.0. */
  readonly protocol: string;
  /** Name and value of every header line as sent, repeated ones included. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Undefined if it is longer than the server accepts. */
  readonly body: Buffer | undefined;
  readonly sourceIp: string;
}

/** The answer to a request. */
export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** One `Set-Cookie` line each. */
  readonly cookies?: readonly string[];
  readonly body?: string | Buffer;
}

export interface HttpServerOptions extends Place {
  /** Longest body, in bytes. */
  readonly maxBodyBytes: number;
  /** Longest request line and headers together, in bytes; more is a 431. */
  readonly maxHeaderBytes: number;
}

/** Makes a JSON answer. */
export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** Reads a header. Repeated ones are joined with commas, as API Gateway does; undefined if there is none. */
export function headerOf(request: HttpRequest, name: string): string | undefined {
  const values = request.headers.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(',');
}

/**
 * Serves HTTP.
 *
 * @param answer - must not reject
 * @throws {PortTakenError} if another process listens on the port
 */
export async function serveHttp(
  answer: (request: HttpRequest) => Promise<HttpResponse>,
  { maxBodyBytes, maxHeaderBytes, ...place }: HttpServerOptions,
): Promise<Listening> {
  const server = createServer({ maxHeaderSize: maxHeaderBytes }, (incoming, outgoing) => {
    readRequest(incoming, maxBodyBytes)
      .then(answer)
      .then(
        (response) => {
          send(response, outgoing);
        },
        // The client disconnected before its request ended. Nobody waits for an answer.
        () => outgoing.destroy(),
      );
  });
  return listen(server, place);
}

async function readRequest(incoming: IncomingMessage, maxBodyBytes: number): Promise<HttpRequest> {
  const { rawHeaders } = incoming;
  return {
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    protocol: `HTTP/${incoming.httpVersion}`,
    headers: rawHeaders.flatMap((name, at) =>
      at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : [],
    ),
    body: await readBody(incoming, maxBodyBytes),
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
  };
}

/** Reads even a body that is too long to its end: a client that is still sending would miss the answer. */
async function readBody(incoming: IncomingMessage, maxBodyBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBodyBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length <= maxBodyBytes ? Buffer.concat(chunks) : undefined;
}

function send(response: HttpResponse, outgoing: ServerResponse): void {
  outgoing.statusCode = response.status;
  for (const [name, value] of Object.entries(response.headers ?? {})) outgoing.setHeader(name, value);
  if (response.cookies?.length) outgoing.setHeader('set-cookie', response.cookies);
  outgoing.end(response.body);
}
