import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

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

/** A listening server. */
export interface HttpServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Ends every connection at once, and then resolves. */
  close(): Promise<void>;
}

export interface HttpServerOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** Longest body, in bytes. */
  readonly maxBodyBytes: number;
  /** Longest request line and headers together, in bytes; more is a 431. */
  readonly maxHeaderBytes: number;
}

/** The port is in use by another process. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(port: number, options: ErrorOptions) {
    super(`Port ${port} is already taken`, options);
  }
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
 * Serves HTTP on 127.0.0.1 only.
 *
 * @param answer - must not reject
 * @throws {PortTakenError} if another process listens on the port
 */
export async function serveHttp(
  answer: (request: HttpRequest) => Promise<HttpResponse>,
  { port, maxBodyBytes, maxHeaderBytes }: HttpServerOptions,
): Promise<HttpServer> {
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
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortTakenError(port, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${listening}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Listens on a port for a moment. @throws {PortTakenError} if another process listens there */
export async function assertPortFree(port: number): Promise<void> {
  const nothing = (): Promise<HttpResponse> => Promise.resolve({ status: 503 });
  const server = await serveHttp(nothing, { port, maxBodyBytes: 0, maxHeaderBytes: 1024 });
  await server.close();
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
