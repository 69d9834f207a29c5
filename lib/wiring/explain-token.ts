import * as z from 'zod/mini';
import { GrantStore, parseRoles } from '../grants/index.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { explainTokenHandler } from '../http/routes/explanations/explain-token.ts';
import { systemClock } from '../runtime/clock.ts';
import { everyFunction } from '../runtime/environment.ts';
import { callerRulesOf, ofCallers } from './parts/callers.ts';
import { ofTable, tableOf } from './parts/dynamodb-table.ts';
import { logOf } from './parts/function-log.ts';
import { ofPrivateLayers } from './parts/private-layers.ts';
import { defaultWithinLongest, ofTokenLives } from './parts/token-lives.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

/** The environment of `explainToken`. */
export const environment = z
  .object({ ...everyFunction, ...ofOrigin, ...ofTable, ...ofCallers, ...ofPrivateLayers, ...ofTokenLives })
  .check(defaultWithinLongest);

/**
 * Makes the handler of `POST /v1/tokens/explain`. It signs nothing, so its function cannot read the signing key.
 *
 * @param roles - the role file, parsed as JSON
 */
export function handlerOf(variables: z.output<typeof environment>, roles: unknown): ApiHandler {
  const table = tableOf(variables);
  return throughCloudFront(
    variables,
    explainTokenHandler({
      table,
      store: new GrantStore(table),
      roles: parseRoles(roles),
      privateLayerPrefix: variables.PRIVATE_LAYER_PREFIX,
      callers: callerRulesOf(variables),
      ttl: { default: variables.DEFAULT_TTL_SECONDS, max: variables.MAX_TTL_SECONDS },
      clock: systemClock,
      log: logOf(variables),
    }),
  );
}
