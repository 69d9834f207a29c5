import * as z from 'zod/mini';
import { parseRoles } from '../grants/index.ts';
import { listDocumentsHandler } from '../http/routes/documents/list-documents.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { systemClock } from '../runtime/clock.ts';
import { everyFunction } from '../runtime/environment.ts';
import { callerRulesOf, ofCallers } from './parts/callers.ts';
import { ofTable, tableOf } from './parts/dynamodb-table.ts';
import { logOf } from './parts/function-log.ts';
import { ofPrivateLayers } from './parts/private-layers.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

/** The environment of `listDocuments`. */
export const environment = z.object({
  ...everyFunction,
  ...ofOrigin,
  ...ofTable,
  ...ofCallers,
  ...ofPrivateLayers,
});

/**
 * Makes the handler of `GET /v1/documents`.
 *
 * @param roles - the role file, parsed as JSON
 */
export function handlerOf(variables: z.output<typeof environment>, roles: unknown): ApiHandler {
  return throughCloudFront(
    variables,
    listDocumentsHandler({
      table: tableOf(variables),
      policy: { roles: parseRoles(roles), privateLayerPrefix: variables.PRIVATE_LAYER_PREFIX },
      callers: callerRulesOf(variables),
      clock: systemClock,
      log: logOf(variables),
    }),
  );
}
