import * as z from 'zod/mini';
import { AuditLogGroup, auditSourceOf, recordAuditHandler } from '../audit/index.ts';
import { systemClock } from '../runtime/clock.ts';
import { everyFunction, text } from '../runtime/environment.ts';
import { createCloudWatchLogsClient } from './parts/cloudwatch-logs.ts';
import { logOf, naming } from './parts/function-log.ts';

/** The environment of `recordAudit`. */
export const environment = z.object({
  ...everyFunction,
  AUDIT_LOG_GROUP_NAME: text('must name the log group of the audit log'),
});

/** Makes the handler of the subscriptions that pass audit records on. */
export function handlerOf(variables: z.output<typeof environment>): ReturnType<typeof recordAuditHandler> {
  const { STAGE, AUDIT_LOG_GROUP_NAME } = variables;
  const log = logOf(variables);
  const handler = recordAuditHandler({
    group: new AuditLogGroup(createCloudWatchLogsClient(), AUDIT_LOG_GROUP_NAME, systemClock),
    source: auditSourceOf(STAGE),
    clock: systemClock,
    log,
  });
  return naming(log, handler);
}
