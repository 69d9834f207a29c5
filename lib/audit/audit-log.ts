import type { AuditEvent, AuditLog } from './audit-event.ts';

/** The parts of an audit log that a function or a test replaces. */
interface AuditLogOptions {
  /** Writes a user id as the stage's logs show it; as it is unless given. */
  readonly userId?: (userId: string) => string;
  /** Writes one finished line, its line break included; to standard output unless given. */
  readonly write?: (line: string) => void;
  /** Returns the current time, milliseconds since the Unix epoch; the machine's unless given. */
  readonly now?: () => number;
}

/**
 * The longest line of a record, in bytes, its line break included. CloudWatch Logs takes 1 MB for an event, and cuts a longer line
 * of a function into several (CloudWatch Logs quotas, "Event size").
 */
export const MAX_LINE_BYTES = 200_000;

/** Names a stage as the source of its records. */
export function auditSourceOf(stage: string): string {
  return `/layermint/${stage}`;
}

/**
 * Makes an audit log that writes each record as a line of JSON: a CloudEvent in the JSON format
 * (CloudEvents 1.0, "JSON Event Format"). CloudWatch Logs passes the lines on to the audit log's own group.
 *
 * Node.js writes to the standard output of Lambda synchronously ("A note on process I/O"). A function that answers after `record` has
 * handed the record to Lambda.
 *
 * @param source - names the stage, see {@link auditSourceOf}
 */
export function createAuditLog(
  source: string,
  {
    userId = (shown) => shown,
    write = (line) => process.stdout.write(line),
    now = Date.now,
  }: AuditLogOptions = {},
): AuditLog {
  return {
    userId,
    record: (event: AuditEvent) => {
      const time = new Date(now()).toISOString();
      const line = lineOf(event, source, time);
      write(Buffer.byteLength(line) > MAX_LINE_BYTES ? lineOf(shortened(event), source, time) : line);
    },
  };
}

function lineOf({ type, id, subject, data }: AuditEvent, source: string, time: string): string {
  const event = {
    specversion: '1.0',
    id,
    source,
    type: `layermint.${type}`,
    time,
    ...(subject !== undefined && { subject }),
    datacontenttype: 'application/json',
    data,
  };
  // JSON leaves these separators as they are, and readers of lines such as Node.js's readline end a line at them. User ids and names of
  // groups can hold them.
  const json = JSON.stringify(event).replaceAll('\u2028', String.raw`\u2028`);
  return `${json.replaceAll('\u2029', String.raw`\u2029`)}\n`;
}

/** Leaves out the lists and objects of a record that is too long. The writers bound them, so none should be. */
function shortened({ data, ...event }: AuditEvent): AuditEvent {
  const plain = Object.entries(data).filter(([, value]) => typeof value !== 'object');
  return { ...event, data: { ...Object.fromEntries(plain), shortened: true } };
}
