import { createInterface } from 'node:readline';
import { DescribeLogGroupsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DAY, toMilliseconds, type Milliseconds } from '../../../lib/runtime/time.ts';
import { openInput } from '../files.ts';
import { auditRecordOf, type AuditRecord } from './audit-record.ts';
import { isSelected, queryOf, type Selection } from './audit-selection.ts';
import { search, type SearchedGroup } from './insights-log.ts';

/** The records of a selection, the oldest first. */
export interface ReadRecords {
  readonly records: readonly AuditRecord[];
  /** The seconds since the Unix epoch in which the log has more lines than one query gives. */
  readonly incomplete: readonly number[];
}

/** A place with audit records. */
export interface AuditSource {
  /** Names it for people, after "in". */
  readonly name: string;
  /** Finds the moment from which it has every record. @returns undefined if that is not known */
  beginning(now: Milliseconds): Promise<Milliseconds | undefined>;
  /** Reads the records of a window, both ends included. */
  read(selection: Selection, since: Milliseconds, until: Milliseconds): Promise<ReadRecords>;
}

/** CloudWatch Logs delivers a record some time after it was written, and the log group has its own clock. */
const DELIVERY: Milliseconds = 10 * 60 * 1000;

/** Reads the audit log's group by queries of Logs Insights. */
export function logGroupSource(
  name: string,
  group: SearchedGroup & { readonly client: Pick<CloudWatchLogsClient, 'send'> },
): AuditSource {
  return {
    name,
    beginning: async (now) => {
      try {
        const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: group.name });
        const { logGroups = [] } = await group.client.send(command);
        const found = logGroups.find(({ logGroupName }) => logGroupName === group.name);
        if (found?.creationTime === undefined) return undefined;
        const { creationTime, retentionInDays } = found;
        const kept = retentionInDays === undefined ? 0 : now - toMilliseconds(retentionInDays * DAY);
        return Math.max(creationTime, kept);
      } catch {
        // Without the right to describe log groups, the answer says that it does not know.
        return undefined;
      }
    },
    read: async (selection, since, until) => {
      const { lines, incomplete } = await search(group, queryOf(selection), since, until + DELIVERY);
      return { records: chosen(lines.flatMap(recordsIn), selection, since, until), incomplete };
    },
  };
}

/** Reads a log file of a local stack. It holds the records among all other lines. */
export async function fileSource(file: string): Promise<AuditSource> {
  const { name, input } = await openInput(file);
  const records: AuditRecord[] = [];
  for await (const line of createInterface({ input, crlfDelay: Infinity })) records.push(...recordsIn(line));
  return {
    name,
    beginning: () => Promise.resolve(records[0]?.time),
    read: (selection, since, until) =>
      Promise.resolve({ records: chosen(records, selection, since, until), incomplete: [] }),
  };
}

/** Reads a line: its record, or nothing. */
function recordsIn(line: string): [] | [AuditRecord] {
  const record = auditRecordOf(line);
  return record === undefined ? [] : [record];
}

/** Picks the records of a selection and a window. A record that was delivered twice counts once. */
function chosen(
  read: readonly AuditRecord[],
  selection: Selection,
  since: Milliseconds,
  until: Milliseconds,
): AuditRecord[] {
  const records = new Map<string, AuditRecord>();
  for (const record of read) {
    if (record.time < since || record.time > until) continue;
    if (isSelected(selection, record)) records.set(record.id, record);
  }
  return Array.from(records.values()).sort((one, other) => one.time - other.time);
}
