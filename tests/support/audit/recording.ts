import { type AuditEvent, type AuditLog } from '../../../lib/audit/index.ts';

/** Makes an audit log that keeps its records in a list. */
export function recordingInto(records: AuditEvent[]): AuditLog {
  return { record: (event) => records.push(event), userId: (userId) => userId };
}

/** An audit log for tests of other things. */
export const UNRECORDED: AuditLog = { record: () => undefined, userId: (userId) => userId };
