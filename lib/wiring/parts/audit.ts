import { auditSourceOf, createAuditLog, type AuditLog } from '../../audit/index.ts';

/** Makes the audit log of a function. Its records name the stage as their source. */
export function auditOf({ STAGE }: { readonly STAGE: string }): AuditLog {
  return createAuditLog(auditSourceOf(STAGE));
}
