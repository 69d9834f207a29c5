import * as z from 'zod/mini';
import { GrantStore, parseRoles } from '../grants/index.ts';
import * as routes from '../http/routes/catalogue.ts';
import { dispatch } from '../http/routes/dispatch.ts';
import { removeGrantsHandler } from '../http/routes/grants/remove-grants.ts';
import { setGrantHandler, type SetGrantDependencies } from '../http/routes/grants/set-grant.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { systemClock } from '../runtime/clock.ts';
import { everyFunction } from '../runtime/environment.ts';
import { auditOf } from './parts/audit.ts';
import { callerRulesOf, ofCallers } from './parts/callers.ts';
import { ofTable, tableOf } from './parts/dynamodb-table.ts';
import { logOf } from './parts/function-log.ts';
import { ofPrivateLayers } from './parts/private-layers.ts';
import { ofRevoking, revocationOf } from './parts/revoking.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

/** The environment of `setGrant`. */
export const environment = z.object({
  ...everyFunction,
  ...ofOrigin,
  ...ofTable,
  ...ofCallers,
  ...ofPrivateLayers,
  ...ofRevoking,
});

/**
 * Makes the handler of `PUT` and `DELETE /v1/documents/{documentId}/grants`. They read and write the same items, so they share a function.
 *
 * @param roles - the role file, parsed as JSON
 */
export function handlerOf(variables: z.output<typeof environment>, roles: unknown): ApiHandler {
  const log = logOf(variables);
  const table = tableOf(variables);
  const dependencies: SetGrantDependencies = {
    store: new GrantStore(table),
    revocation: revocationOf(variables, table, log, auditOf(variables)),
    roles: parseRoles(roles),
    privateLayerPrefix: variables.PRIVATE_LAYER_PREFIX,
    callers: callerRulesOf(variables),
    clock: systemClock,
    log,
    audit: auditOf(variables),
  };
  return throughCloudFront(
    variables,
    dispatch(
      [routes.setGrant, setGrantHandler(dependencies)],
      [routes.removeGrants, removeGrantsHandler(dependencies)],
    ),
  );
}
