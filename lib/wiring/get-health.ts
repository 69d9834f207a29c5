import * as z from 'zod/mini';
import { getHealthHandler } from '../http/routes/health/get-health.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { everyFunction, text } from '../runtime/environment.ts';
import { createLogger } from '../runtime/log.ts';

/** The environment of `getHealth`. */
export const environment = z.object({
  ...everyFunction,
  VERSION: text('must be the version of the service'),
});

/** Makes the handler of `GET /health`. */
export function handlerOf({ VERSION, LOG_LEVEL }: z.output<typeof environment>): ApiHandler {
  return getHealthHandler(VERSION, createLogger(LOG_LEVEL));
}
