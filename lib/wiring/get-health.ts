import * as z from 'zod/mini';
import { getHealthHandler } from '../http/routes/health/get-health.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { everyFunction, text } from '../runtime/environment.ts';
import { logOf } from './parts/function-log.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

/** The environment of `getHealth`. */
export const environment = z.object({
  ...everyFunction,
  ...ofOrigin,
  VERSION: text('must be the version of the service'),
});

/** Makes the handler of `GET /health`. */
export function handlerOf(variables: z.output<typeof environment>): ApiHandler {
  return throughCloudFront(variables, getHealthHandler(variables.VERSION, logOf(variables)));
}
