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
  return origin !== undefined && !isOriginHere(origin, host);
}

/**
 * Recognizes the `Origin` of a page that this machine serves, on any port: under a loopback name, or under the address in the
 * request's `Host`, by which a phone or an emulator reaches this machine.
 */
export function isOriginHere(origin: string, host: string | undefined): boolean {
  const page = hostnameOf(origin) ?? '';
  return isLoopback(page) || (isAddress(page) && page === hostnameOf(`http://${host ?? ''}`));
}

/**
 * Rewrites the URL of a server of this machine so that the sender of a request can use it: with the address in the request's `Host`
 * instead of a loopback name. The Android emulator calls this machine 10.0.2.2, and a phone uses its address in the network.
 *
 * @returns the URL as it is if the `Host` is a name, or if the URL leads to another machine
 */
export function asReachedBy(host: string | undefined, url: string): string {
  const name = hostnameOf(`http://${host ?? ''}`) ?? '';
  const target = URL.parse(url);
  if (target === null || !isLoopback(target.hostname) || !isAddress(name) || isLoopback(name)) return url;
  return url.replace(target.host, () => (target.port === '' ? name : `${name}:${target.port}`));
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
export const REFUSAL =
  'Send this request to localhost or to an address of this machine, and not from a page of another site';

/** Tells if a connection came over the loopback interface, so from this machine. @param address - of its other end */
export function isFromThisMachine(address: string): boolean {
  return address === '::1' || isLoopback(address.replace(/^::ffff:/, ''));
}

/** Tells if an HTTP URL leads to this machine by a name or an address that no one can point elsewhere. */
export function isLoopbackUrl(url: string): boolean {
  const { protocol, hostname = '' } = URL.parse(url) ?? {};
  return protocol === 'http:' && isLoopback(hostname);
}

function hostnameOf(url: string): string | undefined {
  return URL.parse(url)?.hostname;
}

/** Recognizes an address to which a client can send: the unspecified ones lead to any server of the client's own machine. */
const isAddress = (name: string): boolean =>
  isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 && name !== '0.0.0.0' && name !== '[::]';

const isLoopback = (name: string): boolean =>
  name === 'localhost' || name === '[::1]' || (isIP(name) === 4 && name.startsWith('127.'));
