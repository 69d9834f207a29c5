import * as z from 'zod/mini';
import operations from '../document-engine/backend-operations.json' with { type: 'json' };
import { mintBackendTokenHandler } from '../http/routes/backend-tokens/mint-backend-token.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { systemClock } from '../runtime/clock.ts';
import { everyFunction } from '../runtime/environment.ts';
import { systemRandom } from '../runtime/random.ts';
import { recordUse } from '../signing-keys/index.ts';
import { MAX_BACKEND_TOKEN_SECONDS } from '../tokens/index.ts';
import { callerRulesOf, ofCallers } from './parts/callers.ts';
import { ofDocumentEngine } from './parts/document-engine-api.ts';
import { ofTable, tableOf } from './parts/dynamodb-table.ts';
import { logOf } from './parts/function-log.ts';
import { ofSigning, signingKeysOf } from './parts/signing.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

/** The environment of `mintBackendToken`. */
export const environment = z.object({
  ...everyFunction,
  ...ofOrigin,
  ...ofTable,
  ...ofSigning,
  ...ofDocumentEngine,
  ...ofCallers,
  BACKEND_TOKENS_FOR_ANY: z.enum(['on', 'off'], { error: "must be 'on' or 'off', in quotes in YAML" }),
});

/** Makes the handler of `POST /v1/backend-tokens`. */
export function handlerOf(variables: z.output<typeof environment>): ApiHandler {
  const log = logOf(variables);
  const table = tableOf(variables);
  return throughCloudFront(
    variables,
    mintBackendTokenHandler({
      signingKeys: signingKeysOf(variables, log, (key) => recordUse(table, key, MAX_BACKEND_TOKEN_SECONDS)),
      documentEngineUrl: variables.DOCUMENT_ENGINE_URL,
      operations,
      mayBeForAny: variables.BACKEND_TOKENS_FOR_ANY === 'on',
      callers: callerRulesOf(variables),
      clock: systemClock,
      random: systemRandom,
      log,
    }),
  );
}
