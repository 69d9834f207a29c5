import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it is sent: nothing is normalised, and only `Host` and the body's length are added. */
export interface RawRequest {
  readonly method?: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  /** A list of values sends the header once for each. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

export interface RawResponse {
  readonly status: number;
  /** By lower-case name; repeated headers are joined. `set-cookie` is in {@link cookies}. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** Sends one request on its own connection. */
export async function sendRaw(
  base: string,
  { method = 'GET', path, headers = {}, body }: RawRequest,
): Promise<RawResponse> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers, agent: false }, (incoming) => {
      const joined = Object.entries(incoming.headers).flatMap(([name, value]) =>
        value === undefined || name === 'set-cookie' ? [] : [[name, String(value)] as const],
      );
      text(incoming).then((received) => {
        resolve({
          status: incoming.statusCode ?? 0,
          headers: Object.fromEntries(joined),
          cookies: incoming.headers['set-cookie'] ?? [],
          body: received,
        });
      }, reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A request of a client of the API: JSON, and a caller token. */
export interface JsonRequest extends Pick<RawRequest, 'method' | 'path' | 'headers'> {
  /** The caller token; undefined for none. */
  readonly token?: string | undefined;
  /** A string is sent as it is, any other value as JSON. */
  readonly body?: unknown;
}

/** Sends one request with JSON. `headers` win over those that belong to the token and the body. */
export function sendJson(
  base: string,
  { token, body, headers = {}, ...request }: JsonRequest,
): Promise<RawResponse> {
  return sendRaw(base, {
    ...request,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/**
 * Sends bytes that no HTTP client would send, and reads until the server closes the connection.
 *
 * @param lines - the lines to send, without their CR LF; one of them must be `Connection: close`
 * @returns the received text, and the status of each answer in it
 */
export async function sendLines(
  base: string,
  lines: readonly string[],
): Promise<{ readonly statuses: readonly number[]; readonly text: string }> {
  const { hostname, port } = new URL(base);
  const socket = connect({ host: hostname, port: Number(port) });
  // The socket stays open: Node's server drops the request of a client that has closed its half.
  socket.write(lines.map((line) => `${line}\r\n`).join(''), 'latin1');
  const received = await text(socket);
  const statuses = Array.from(received.matchAll(/^HTTP\/1\.1 (\d{3}) /gm), ([, status]) => Number(status));
  return { statuses, text: received };
}
