import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer } from 'node:tls';
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
  // Each side may end its own direction first. Without `noDelay`, the kernel holds small packets back for 40 ms.
  const connection = { allowHalfOpen: true, noDelay: true };
  const server = createServer({ cert: certificate, key, ...connection }, (secure) => {
    const plain = connect({ port: Number(port), host: hostname, ...connection });
    // A measured process is killed, which resets its connections.
    secure.on('error', () => plain.destroy());
    secure.on('close', () => plain.destroy());
    plain.on('error', () => secure.destroy());
    secure.pipe(plain).pipe(secure);
  });
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
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
