import * as z from 'zod/mini';
import { GrantStore, parseRoles } from '../grants/index.ts';
import { revokeTokensHandler } from '../http/routes/revocations/revoke-tokens.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { everyFunction } from '../runtime/environment.ts';
import { callerRulesOf, ofCallers } from './parts/callers.ts';
import { ofTable, tableOf } from './parts/dynamodb-table.ts';
import { logOf } from './parts/function-log.ts';
import { ofRevoking, revocationOf } from './parts/revoking.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

/** The environment of `revokeTokens`. */
export const environment = z.object({
  ...everyFunction,
  ...ofOrigin,
  ...ofTable,
  ...ofCallers,
  ...ofRevoking,
});

/**
 * Makes the handler of `POST /v1/revocations`.
 *
 * @param roles - the role file, parsed as JSON
 */
export function handlerOf(variables: z.output<typeof environment>, roles: unknown): ApiHandler {
  const table = tableOf(variables);
  return throughCloudFront(
    variables,
    revokeTokensHandler({
      ...revocationOf(variables, table, logOf(variables)),
      store: new GrantStore(table),
      roles: parseRoles(roles),
      callers: callerRulesOf(variables),
    }),
  );
}
