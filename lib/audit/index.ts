export {
  AUDIT_TYPES,
  type AuditEvent,
  type AuditLog,
  type AuditType,
  type AuditValue,
} from './audit-event.ts';
export { auditSourceOf, createAuditLog, MAX_LINE_BYTES } from './audit-log.ts';
export { AuditLogGroup } from './recording/audit-log-group.ts';
export { recordAuditHandler, type RecordAuditDependencies } from './recording/record-audit-event.ts';
