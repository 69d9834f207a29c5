import { type Logger } from '../log.ts';
import { json, route, type ApiHandler } from './route.ts';

/** `GET /health`: alive, and which version. It calls nothing and knows no secret. */
export function healthRoute(version: string, log: Logger): ApiHandler {
  return route(() => json(200, { status: 'ok', version }), log);
}
