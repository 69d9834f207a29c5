import * as z from 'zod/mini';
import { parseRoles } from '../grants/index.ts';
import { inspectTokenHandler } from '../http/routes/tokens/inspect-token.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { systemClock } from '../runtime/clock.ts';
import { everyFunction } from '../runtime/environment.ts';
import { callerRulesOf, ofCallers } from './parts/callers.ts';
import { ofTable, tableOf } from './parts/dynamodb-table.ts';
import { logOf } from './parts/function-log.ts';
import { ofAlgorithm } from './parts/signing.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

/** The environment of `inspectToken`. */
export const environment = z.object({
  ...everyFunction,
  ...ofOrigin,
  ...ofTable,
  ...ofAlgorithm,
  ...ofCallers,
});

/**
 * Makes the handler of `POST /v1/tokens/inspect`.
 *
 * @param roles - the role file, parsed as JSON
 */
export function handlerOf(variables: z.output<typeof environment>, roles: unknown): ApiHandler {
  return throughCloudFront(
    variables,
    inspectTokenHandler({
      table: tableOf(variables),
      roles: parseRoles(roles),
      algorithm: variables.JWT_ALGORITHM,
      callers: callerRulesOf(variables),
      clock: systemClock,
      log: logOf(variables),
    }),
  );
}
