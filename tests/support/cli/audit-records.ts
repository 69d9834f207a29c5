import { auditRecordOf, type AuditRecord } from '../../../tools/cli/audit/audit-record.ts';
import { NOON } from '../runtime/clock.ts';

let ids = 0;

/** Writes a record as a function does. @param minute - after {@link NOON} */
export function auditLine(minute: number, type: string, data: Readonly<Record<string, unknown>>): string {
  ids += 1;
  const { documentId } = data;
  return JSON.stringify({
    ...{ specversion: '1.0', id: `request-${ids}`, source: '/layermint/test', type: `layermint.${type}` },
    time: timeAt(minute),
    ...(documentId !== undefined && { subject: documentId }),
    ...{ datacontenttype: 'application/json', data },
  });
}

/** Reads the record that {@link auditLine} writes. */
export function auditRecord(
  minute: number,
  type: string,
  data: Readonly<Record<string, unknown>>,
): AuditRecord {
  const record = auditRecordOf(auditLine(minute, type, data));
  if (record === undefined) throw new TypeError('no record');
  return record;
}

/** Writes a time in RFC 3339. @param minute - after {@link NOON} */
export const timeAt = (minute: number): string => new Date(millisecondsAt(minute)).toISOString();

/** Counts a time in milliseconds since the Unix epoch. @param minute - after {@link NOON} */
export const millisecondsAt = (minute: number): number => (NOON + minute * 60) * 1000;
