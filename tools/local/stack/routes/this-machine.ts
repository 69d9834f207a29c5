import { isFromThisMachine, isOfForeignPage } from '../../stand-ins/web-pages.ts';
import { headerOf, json, type HttpRequest, type HttpResponse } from '../../stand-ins/api-gateway/index.ts';

/**
 * Checks that a request was sent to this machine as `localhost` or by an address, and not by a web page of another site. Such a page
 * could point a name of its own at 127.0.0.1 and then read the answers (DNS rebinding), such as the callers' tokens. An emulator
 * (10.0.2.2) and a phone in the network use an address.
 */
export function isForThisMachine(request: HttpRequest): boolean {
  return !isOfForeignPage({ host: headerOf(request, 'host'), origin: headerOf(request, 'origin') });
}

/** The header with which a page asks for a change. No form can send it, and a page of another origin only if the server allows it. */
export const OWN_PAGE_HEADER = 'x-layermint-page';

/**
 * Checks that a request that changes something was sent by a page that this server itself serves, on this machine. A page of another
 * origin is refused, also one of another port of this machine, such as an app under development.
 */
export function isOfOwnPage(request: HttpRequest): boolean {
  const host = headerOf(request, 'host') ?? '';
  return (
    isFromThisMachine(request.sourceIp) &&
    isForThisMachine(request) &&
    headerOf(request, 'origin') === `http://${host}` &&
    headerOf(request, OWN_PAGE_HEADER) === 'console'
  );
}

/** Refuses a request under another name, or of a page of another site. */
export function notForThisMachine(): HttpResponse {
  return json(403, {
    message:
      'Send this request to localhost or to an address of this machine, and not from a page of another site',
  });
}
