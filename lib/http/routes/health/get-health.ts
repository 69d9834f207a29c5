import type { output } from 'zod/mini';
import type { Logger } from '../../../runtime/log.ts';
import type { HealthAnswer } from './schemas.ts';
import { json, route, type ApiHandler } from '../route.ts';

/** Makes the handler of `GET /health`, which answers the version. It calls no other system and reads no secret. */
export function getHealthHandler(version: string, log: Logger): ApiHandler {
  const answer: output<typeof HealthAnswer> = { status: 'ok', version };
  return route('getHealth', log, () => json(200, answer));
}
