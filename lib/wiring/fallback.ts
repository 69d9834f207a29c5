import * as z from 'zod/mini';
import { fallbackHandler } from '../http/routes/fallback.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { everyFunction } from '../runtime/environment.ts';
import { logOf } from './parts/function-log.ts';

/** The environment of `fallback`. */
export const environment = z.object({ ...everyFunction });

/** Makes the handler of `$default`, for requests that no other route serves. */
export function handlerOf(variables: z.output<typeof environment>): ApiHandler {
  return fallbackHandler(logOf(variables));
}
