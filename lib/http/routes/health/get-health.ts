import type { output } from 'zod/mini';
import type { Logger } from '../../../runtime/log.ts';
import { cacheable } from '../cacheable.ts';
import * as routes from '../catalogue.ts';
import { route, type ApiHandler } from '../route.ts';
import type { HealthAnswer } from './schemas.ts';

/** Caches keep the answer for ten seconds: monitors behind a CDN cost little, and still notice an outage at once. */
const CACHE_CONTROL = 'public, max-age=10';

/** Makes the handler of `GET /health`, which answers the version. It calls no other system and reads no secret. */
export function getHealthHandler(version: string, log: Logger): ApiHandler {
  const answer: output<typeof HealthAnswer> = { status: 'ok', version };
  return route(routes.getHealth, log, (event) => cacheable(event, answer, CACHE_CONTROL));
}
