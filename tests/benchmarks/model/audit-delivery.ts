import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CloudWatchLogsClient, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  auditSourceOf,
  AuditLogGroup,
  createAuditLog,
  recordAuditHandler,
} from '../../../lib/audit/index.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { lambdaContext } from '../../support/http/events.ts';
import { ManualClock } from '../../support/runtime/clock.ts';

const STAGE = 'model';
const LINES = 10;

/** Counts the calls of PutLogEvents by which `recordAudit` writes one delivery of a log's lines to the audit log. */
export async function auditCallsOfDelivery(): Promise<number> {
  let calls = 0;
  const client = Object.assign(new CloudWatchLogsClient({ region: 'eu-central-1' }), {
    send: (command: unknown) => {
      if (command instanceof PutLogEventsCommand) calls += 1;
      return Promise.resolve({});
    },
  });
  const clock = new ManualClock();
  const source = auditSourceOf(STAGE);
  const handler = recordAuditHandler({
    group: new AuditLogGroup(client, 'audit', clock),
    source,
    clock,
    log: createLogger('error', () => undefined),
  });
  await handler(await delivery(source, clock.now()), lambdaContext());
  return calls;
}

async function delivery(source: string, timestamp: number): Promise<unknown> {
  const lines: string[] = [];
  const audit = createAuditLog(source, { write: (line) => lines.push(line), now: () => timestamp });
  for (let line = 0; line < LINES; line += 1)
    audit.record({ type: 'token.minted', id: `record-${line}`, data: {} });
  const logEvents = lines.map((message) => ({ timestamp, message }));
  const payload = JSON.stringify({ messageType: 'DATA_MESSAGE', logGroup: 'mint', logEvents });
  return { awslogs: { data: (await promisify(gzip)(payload)).toString('base64') } };
}
