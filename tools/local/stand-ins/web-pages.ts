import type { RequestListener, Server } from 'node:http';
import { isIP } from 'node:net';

/** The headers in which a browser names the origin and the target of a request. */
export interface Addressed {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/**
 * Recognizes a request of a web page that is not from this machine. Its `Origin` is another site, or its `Host` is a name that the
 * page's owner has pointed at this machine (DNS rebinding). No page can take over an address.
 */
export function isOfForeignPage({ host, origin }: Addressed): boolean {
  const name = hostnameOf(`http://${host ?? ''}`);
  if (name === undefined || !(name === 'localhost' || isAddress(name))) return true;
  return origin !== undefined && !isOriginHere(origin);
}

/** Recognizes the `Origin` of a page that this machine serves, on any port. */
export function isOriginHere(origin: string): boolean {
  return isLoopback(hostnameOf(origin) ?? '');
}

/** Makes a server refuse the requests of foreign web pages, unread. Its present listeners get the others. */
export function refuseForeignPages(server: Pick<Server, 'listeners' | 'removeAllListeners' | 'on'>): void {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on(
    'request',
    withoutForeignPages((...exchange) => {
      for (const listener of listeners) listener(...exchange);
    }),
  );
}

/** Makes a listener that refuses the requests of foreign web pages, and passes on the others. */
export function withoutForeignPages(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (isOfForeignPage(request.headers)) {
      response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' }).end(REFUSAL);
    } else {
      listener(request, response);
    }
  };
}

/** The body of the refusal. It names the remedy. */
export const REFUSAL = 'Send this request from this machine, to localhost or 127.0.0.1';

/** Tells if an HTTP URL leads to this machine by a name or an address that no one can point elsewhere. */
export function isLoopbackUrl(url: string): boolean {
  const { protocol, hostname = '' } = URL.parse(url) ?? {};
  return protocol === 'http:' && isLoopback(hostname);
}

function hostnameOf(url: string): string | undefined {
  return URL.parse(url)?.hostname;
}

const isAddress = (name: string): boolean => isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;

const isLoopback = (name: string): boolean =>
  name === 'localhost' || name === '[::1]' || (isIP(name) === 4 && name.startsWith('127.'));
