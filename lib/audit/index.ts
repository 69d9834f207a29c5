export {
  AUDIT_TYPES,
  type AuditEvent,
  type AuditLog,
  type AuditType,
  type AuditValue,
} from './audit-event.ts';
export { createAuditLog } from './audit-log.ts';
