import { connect, type AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { LoopbackCertificates } from './certificate-authority.ts';

/** A server of TLS in front of a server of this machine. */
export interface TlsFront {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves TLS in front of an HTTP server: it passes the bytes of each connection on, in both directions.
 *
 * @param url - of the HTTP server, on 127.0.0.1
 */
export async function startTlsFront(
  url: string,
  { certificate, key }: Pick<LoopbackCertificates, 'certificate' | 'key'>,
): Promise<TlsFront> {
  const { hostname, port } = new URL(url);
  const open = new Set<TLSSocket>();
  const server = createServer({ cert: certificate, key }, (secure) => {
    open.add(secure);
    const plain = connect(Number(port), hostname);
    // A measured process is killed, which resets its connections.
    secure.on('error', () => plain.destroy());
    secure.on('close', () => open.delete(secure));
    plain.on('error', () => secure.destroy());
    secure.pipe(plain).pipe(secure);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      }),
  };
}
