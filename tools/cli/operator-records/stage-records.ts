import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod';
import { AuditLogGroup } from '../../../lib/audit/index.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { shownUserIdOf } from '../../../lib/runtime/user-id-in-logs.ts';
import { createCloudWatchLogsClient } from '../../../lib/wiring/parts/cloudwatch-logs.ts';
import { ofStage, readStages } from '../../../infra/stages/stages.ts';
import { LOGS_PATH } from '../../local/stack/routes/paths.ts';
import { findAuditLogGroup } from '../deploy/deployment.ts';
import { LocalStack, LoopbackUrl } from '../local-stack.ts';
import type { ChosenStage } from '../stage-options.ts';
import { awsOperator, localOperator } from './operator.ts';
import { OperatorRecords, type FoundAudit, type OperatorAudit } from './operator-records.ts';

/** The endpoint of CloudWatch Logs in a local stack, and the log group of its audit log. */
export const LocalLogs = z.object({ endpoint: LoopbackUrl, auditLogGroup: z.optional(z.string()) });

/**
 * Makes the records of a command that changes a stage.
 *
 * @param stage - undefined if the command was told a table alone. Each record is a warning then
 * @param warn - prints a line; to standard error unless given
 */
export async function recordsOf(
  stage: ChosenStage | undefined,
  warn?: (line: string) => void,
): Promise<OperatorRecords> {
  return new OperatorRecords(await auditOf(stage), systemClock, warn);
}

async function auditOf(stage: ChosenStage | undefined): Promise<OperatorAudit> {
  if (stage === undefined) {
    return {
      stage: '',
      find: () =>
        Promise.reject(new Error('The stage of this table is not known: give --stage as well as --table')),
    };
  }
  if (stage.kind === 'local') return { stage: 'local', find: () => localAudit(stage.port) };
  const stages = await readStages();
  const { name } = stage;
  return {
    stage: name,
    find: () => deployedAudit(name),
    userId: shownUserIdOf({
      STAGE: name,
      HASH_USER_IDS: ofStage(stages, name)['hashUserIds'] === 'on' ? 'on' : 'off',
    }),
  };
}

async function deployedAudit(stage: string): Promise<FoundAudit> {
  const { name, region } = await findAuditLogGroup(stage);
  const client = createCloudWatchLogsClient({ region });
  return { group: new AuditLogGroup(client, name, systemClock), operator: await awsOperator({ region }) };
}

async function localAudit(port: string | undefined): Promise<FoundAudit> {
  const stack = new LocalStack(port);
  const { endpoint, auditLogGroup } = await stack.read(LOGS_PATH, LocalLogs);
  if (auditLogGroup === undefined) throw new Error('The local stack has no audit log');
  const client = new CloudWatchLogsClient(stack.aws(endpoint));
  return { group: new AuditLogGroup(client, auditLogGroup, systemClock), operator: localOperator() };
}
