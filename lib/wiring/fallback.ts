import * as z from 'zod/mini';
import type { OperationId } from '../http/routes/catalogue.ts';
import { fallbackHandler } from '../http/routes/fallback.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { everyFunction, optional, optionalText } from '../runtime/environment.ts';
import { logOf } from './parts/function-log.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

/** Names of path segments that no client rewrites, and that API Gateway takes as the key of an API mapping. */
const BASE_PATH = /^(?!\.{1,2}(\/|$))[\w.-]+(\/(?!\.{1,2}(\/|$))[\w.-]+)*$/;

/** The environment of `fallback`. */
export const environment = z.object({
  ...everyFunction,
  ...ofOrigin,
  /** Absent in a stage without the console. */
  CONSOLE_CLIENT_ID: optionalText,
  BASE_PATH: optional(
    (value) => BASE_PATH.test(value),
    'must be a path such as tokens or nutrient/tokens: letters, digits, "-", "_", ".", and "/" between segments',
  ),
});

/** Makes the handler of `$default`, for requests that no other route serves. */
export function handlerOf(variables: z.output<typeof environment>): ApiHandler {
  return throughCloudFront(
    variables,
    fallbackHandler(logOf(variables), variables.BASE_PATH, absentFrom(variables)),
  );
}

/** Lists the operations that a stage can leave out, and leaves out. */
function absentFrom({ CONSOLE_CLIENT_ID }: z.output<typeof environment>): readonly OperationId[] {
  return CONSOLE_CLIENT_ID === undefined ? ['getConsole', 'getConsoleFile'] : [];
}
