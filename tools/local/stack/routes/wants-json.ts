import { headerOf, type HttpRequest } from '../../stand-ins/api-gateway/index.ts';

/** Tells whether a request asks for JSON. Without it, the routes for people answer with text. */
export function wantsJson(request: HttpRequest): boolean {
  return (headerOf(request, 'accept') ?? '').includes('application/json');
}
