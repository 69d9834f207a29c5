import * as z from 'zod/mini';
import { GrantStore, parseRoles } from '../grants/index.ts';
import { getRevocationHandler } from '../http/routes/revocations/get-revocation.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { systemClock } from '../runtime/clock.ts';
import { everyFunction } from '../runtime/environment.ts';
import { callerRulesOf, ofCallers } from './parts/callers.ts';
import { ofTable, tableOf } from './parts/dynamodb-table.ts';
import { logOf } from './parts/function-log.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

/** The environment of `getRevocation`. */
export const environment = z.object({ ...everyFunction, ...ofOrigin, ...ofTable, ...ofCallers });

/**
 * Makes the handler of `GET /v1/revocations/{id}`.
 *
 * @param roles - the role file, parsed as JSON
 */
export function handlerOf(variables: z.output<typeof environment>, roles: unknown): ApiHandler {
  const table = tableOf(variables);
  return throughCloudFront(
    variables,
    getRevocationHandler({
      table,
      store: new GrantStore(table),
      roles: parseRoles(roles),
      callers: callerRulesOf(variables),
      clock: systemClock,
      log: logOf(variables),
    }),
  );
}
