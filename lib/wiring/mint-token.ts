import * as z from 'zod/mini';
import { parseRoles } from '../grants/index.ts';
import * as routes from '../http/routes/catalogue.ts';
import { dispatch } from '../http/routes/dispatch.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { mintTokenHandler, type MintTokenDependencies } from '../http/routes/tokens/mint-token.ts';
import { mintTokensHandler } from '../http/routes/tokens/mint-tokens.ts';
import { systemClock } from '../runtime/clock.ts';
import { everyFunction } from '../runtime/environment.ts';
import { systemRandom } from '../runtime/random.ts';
import { recordUse } from '../signing-keys/index.ts';
import { auditOf } from './parts/audit.ts';
import { callerRulesOf, ofCallers } from './parts/callers.ts';
import { ofDocumentEngine } from './parts/document-engine-api.ts';
import { ofTable, tableOf } from './parts/dynamodb-table.ts';
import { logOf } from './parts/function-log.ts';
import { ofUserLimit, userLimitOf } from './parts/limit-of-users.ts';
import { ofPrivateLayers } from './parts/private-layers.ts';
import { ofSigning, signingKeysOf } from './parts/signing.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';
import { defaultWithinLongest, ofTokenLives } from './parts/token-lives.ts';

/** The environment of `mintToken`. */
export const environment = z
  .object({
    ...everyFunction,
    ...ofOrigin,
    ...ofTable,
    ...ofSigning,
    ...ofDocumentEngine,
    ...ofCallers,
    ...ofPrivateLayers,
    ...ofUserLimit,
    ...ofTokenLives,
  })
  .check(defaultWithinLongest);

/**
 * Makes the handler of `POST /v1/tokens` and `POST /v1/tokens/batch`. They read and write the same items, so they share a function.
 *
 * @param roles - the role file, parsed as JSON
 */
export function handlerOf(variables: z.output<typeof environment>, roles: unknown): ApiHandler {
  const log = logOf(variables);
  const table = tableOf(variables);
  const longest = variables.MAX_TTL_SECONDS;
  const dependencies: MintTokenDependencies = {
    table,
    signingKeys: signingKeysOf(variables, log, (key) => recordUse(table, key, longest)),
    roles: parseRoles(roles),
    privateLayerPrefix: variables.PRIVATE_LAYER_PREFIX,
    callers: callerRulesOf(variables),
    ttl: { default: variables.DEFAULT_TTL_SECONDS, max: longest },
    documentEngineUrl: variables.DOCUMENT_ENGINE_URL,
    ...userLimitOf(variables, table),
    clock: systemClock,
    random: systemRandom,
    log,
    audit: auditOf(variables),
  };
  return throughCloudFront(
    variables,
    dispatch(
      [routes.mintToken, mintTokenHandler(dependencies)],
      [routes.mintTokens, mintTokensHandler(dependencies)],
    ),
  );
}
