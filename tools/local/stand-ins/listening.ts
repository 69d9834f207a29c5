import type { Server } from 'node:http';
import { createServer, type AddressInfo, type Server as SocketServer, type Socket } from 'node:net';

/** The place at which a server listens. */
export interface Place {
  /** 0 picks a free one. */
  readonly port: number;
  /** An IPv4 address of this machine, at which the network can reach the server too. Absent: 127.0.0.1 alone. */
  readonly network?: string | undefined;
}

/** A listening server. */
export interface Listening {
  /** Base URL without a trailing slash, `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Stops listening and ends every open connection. */
  readonly close: () => Promise<void>;
}

/** The port is in use by another process. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  /** @param part - the part of the stack that needs the port */
  constructor(port: number, options?: ErrorOptions, part?: string) {
    super(`Port ${port}${part === undefined ? '' : `, for ${part},`} is already taken`, options);
  }
}

const LOOPBACK = '127.0.0.1';

/**
 * Lets a server listen on 127.0.0.1, and on an address of the network if one is given. A connection from this machine to 127.0.0.1 has
 * a source address beginning with `127.`, and one from the network never does.
 *
 * @throws {PortTakenError} if another process listens on the port
 */
export async function listen(server: Server, { port, network }: Place): Promise<Listening> {
  await listenAt(server, port, LOOPBACK);
  const { port: listening } = server.address() as AddressInfo;
  const door = network === undefined ? undefined : doorTo(server);
  const close = async (): Promise<void> => {
    const closed = [closing(server), ...(door ? [closing(door)] : [])];
    server.closeAllConnections();
    await Promise.all(closed);
  };
  try {
    if (door !== undefined) await listenAt(door, listening, network ?? LOOPBACK);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `http://${LOOPBACK}:${listening}`, close };
}

/** Makes a server that passes its connections on to an HTTP server, which can listen on one address only. */
function doorTo(server: Server): SocketServer {
  return createServer((socket: Socket) => server.emit('connection', socket));
}

async function listenAt(server: SocketServer, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      reject(error.code === 'EADDRINUSE' ? new PortTakenError(port, { cause: error }) : error);
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

/** Resolves once a server has stopped, also one that never listened. */
async function closing(server: SocketServer): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
  });
}
