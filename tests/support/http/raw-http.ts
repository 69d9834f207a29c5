import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it goes over the wire: nothing is normalised or added but `Host` and the body's length. */
export interface RawRequest {
  readonly method?: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  /** A list of values sends the header that many times. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

export interface RawResponse {
  readonly status: number;
  /** By lower-case name, repeated ones joined; `set-cookie` is in {@link cookies}. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** Sends one request on a connection of its own. */
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

/**
 * Sends bytes that no HTTP client would send, and reads until the server closes the connection.
 *
 * @param lines - what goes over the wire, each ended by CR LF; `Connection: close` has to be among them
 * @returns everything that came back, and the status of each answer in it
 */
export async function sendLines(
  base: string,
  lines: readonly string[],
): Promise<{ readonly statuses: readonly number[]; readonly text: string }> {
  const { hostname, port } = new URL(base);
  const socket = connect({ host: hostname, port: Number(port) });
  // Not ended: Node's server drops the request of a client that has closed its half.
  socket.write(lines.map((line) => `${line}\r\n`).join(''), 'latin1');
  const received = await text(socket);
  const statuses = Array.from(received.matchAll(/^HTTP\/1\.1 (\d{3}) /gm), ([, status]) => Number(status));
  return { statuses, text: received };
}
