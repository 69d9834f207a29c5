import { isOfForeignPage } from '../../stand-ins/web-pages.ts';
import { headerOf, json, type HttpRequest, type HttpResponse } from '../../stand-ins/api-gateway/index.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Checks that a request was sent to this machine under one of its own names, and not by a web page of another site. Such a page
 * could point a name of its own at 127.0.0.1 and then read the answers (DNS rebinding), such as the callers' tokens.
 */
export function isForThisMachine(request: HttpRequest): boolean {
  const addressed = { host: headerOf(request, 'host'), origin: headerOf(request, 'origin') };
  const host = addressed.host?.replace(/:\d+$/, '').toLowerCase();
  return host !== undefined && LOOPBACK.has(host) && !isOfForeignPage(addressed);
}

/** Refuses a request under another name, or of a page of another site. */
export function notForThisMachine(): HttpResponse {
  return json(403, { message: 'Send this request to localhost or 127.0.0.1' });
}
