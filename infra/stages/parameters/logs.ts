import { LOG_LEVELS } from '../../../lib/runtime/log.ts';
import { oneOf, type ParameterGroup } from '../parameter.ts';
import * as values from '../values.ts';

const retentionDays = () =>
  values.whole(1, 3653).refine((days) => values.RETENTION_DAYS.includes(days), {
    error: `must be one that CloudWatch Logs allows: ${values.RETENTION_DAYS.join(', ')}`,
  });

const RETENTION = `${values.RETENTION_DAYS.slice(0, 8).join(', ')}, … as CloudWatch Logs allows`;

/** {@link ParameterGroup} */
export const LOGS: ParameterGroup = {
  title: 'Logs',
  parameters: {
    logLevel: {
      default: 'info',
      variable: 'LOG_LEVEL',
      allowed: oneOf(LOG_LEVELS),
      does: "The lowest level of the functions' log lines. No level logs a token, a key or a request body.",
    },
    hashUserIds: {
      default: 'off',
      variable: 'HASH_USER_IDS',
      allowed: oneOf(["'on'", "'off'"]),
      does: 'If on, the logs and the audit log show a hash in place of each user id. See [below](#user-ids-in-logs).',
    },
    logRetentionDays: {
      default: 30,
      value: retentionDays,
      allowed: RETENTION,
      does: 'The days for which all logs are kept, except the audit log.',
    },
    logsKmsKeyArn: {
      otherwise: "AWS's own key",
      value: () => values.kmsKeyArn,
      allowed: 'the ARN of a KMS key',
      does: 'The key that encrypts all logs, except the audit log. See [below](#your-own-secret-and-kms-key).',
    },
    auditRetentionDays: {
      default: 400,
      value: retentionDays,
      allowed: RETENTION,
      does: 'The days for which [the audit log](audit.md) is kept.',
    },
    auditKmsKeyArn: {
      otherwise: "AWS's own key",
      value: () => values.kmsKeyArn,
      allowed: 'the ARN of a KMS key',
      does: 'The key that encrypts [the audit log](audit.md). It can be the same as `logsKmsKeyArn`. See [below](#your-own-secret-and-kms-key).',
    },
  },
};
