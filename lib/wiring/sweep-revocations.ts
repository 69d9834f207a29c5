import * as z from 'zod/mini';
import { sweepHandler } from '../revocation/index.ts';
import { everyFunction } from '../runtime/environment.ts';
import { auditOf } from './parts/audit.ts';
import { ofTable, tableOf } from './parts/dynamodb-table.ts';
import { logOf, naming } from './parts/function-log.ts';
import { ofRevoking, revocationOf } from './parts/revoking.ts';

/** The environment of `sweepRevocations`. */
export const environment = z.object({ ...everyFunction, ...ofTable, ...ofRevoking });

/** Makes the handler of the sweeper, which runs on a schedule. */
export function handlerOf(variables: z.output<typeof environment>): ReturnType<typeof sweepHandler> {
  const log = logOf(variables);
  const revocation = revocationOf(variables, tableOf(variables), log, auditOf(variables));
  return naming(log, sweepHandler(revocation, log));
}
