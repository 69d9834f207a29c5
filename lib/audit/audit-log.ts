import type { AuditEvent, AuditLog } from './audit-event.ts';

/**
 * Makes an audit log that writes each record as a line of JSON: a CloudEvent in the JSON format
 * (CloudEvents 1.0, "JSON Event Format"). CloudWatch Logs passes the lines on to the audit log's own group.
 *
 * @param source - names the stage, as an absolute path: `/layermint/prod`
 * @param write - writes one finished line, its line break included; to standard output unless given
 * @param now - the current time, milliseconds since the Unix epoch; the machine's unless given
 */
export function createAuditLog(
  source: string,
  write: (line: string) => void = (line) => process.stdout.write(line),
  now: () => number = Date.now,
): AuditLog {
  return {
    record: ({ type, id, subject, data }: AuditEvent) => {
      const event = {
        specversion: '1.0',
        id,
        source,
        type: `layermint.${type}`,
        time: new Date(now()).toISOString(),
        ...(subject !== undefined && { subject }),
        datacontenttype: 'application/json',
        data,
      };
      write(`${JSON.stringify(event)}\n`);
    },
  };
}
