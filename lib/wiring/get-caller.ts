import * as z from 'zod/mini';
import { getCallerHandler } from '../http/routes/callers/get-caller.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { everyFunction } from '../runtime/environment.ts';
import { callerRulesOf, ofCallers } from './parts/callers.ts';
import { logOf } from './parts/function-log.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

/** The environment of `getCaller`. */
export const environment = z.object({ ...everyFunction, ...ofOrigin, ...ofCallers });

/** Makes the handler of `GET /v1/caller`. */
export function handlerOf(variables: z.output<typeof environment>): ApiHandler {
  return throughCloudFront(
    variables,
    getCallerHandler({ callers: callerRulesOf(variables), log: logOf(variables) }),
  );
}
