import * as z from 'zod/mini';
import { getKeysHandler } from '../http/routes/keys/get-keys.ts';
import type { ApiHandler } from '../http/routes/route.ts';
import { systemClock } from '../runtime/clock.ts';
import { everyFunction } from '../runtime/environment.ts';
import { ofTable, tableOf } from './parts/dynamodb-table.ts';
import { logOf } from './parts/function-log.ts';
import { ofOrigin, throughCloudFront } from './parts/through-cloud-front.ts';

/** The environment of `getKeys`. */
export const environment = z.object({ ...everyFunction, ...ofOrigin, ...ofTable });

/** Makes the handler of `GET /.well-known/jwks.json`. */
export function handlerOf(variables: z.output<typeof environment>): ApiHandler {
  return throughCloudFront(
    variables,
    getKeysHandler({
      table: tableOf(variables),
      clock: systemClock,
      log: logOf(variables),
    }),
  );
}
