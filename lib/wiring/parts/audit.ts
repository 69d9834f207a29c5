import { auditSourceOf, createAuditLog, type AuditLog } from '../../audit/index.ts';
import { shownUserIdOf } from '../../runtime/user-id-in-logs.ts';

/** Makes the audit log of a function. Its records name the stage as their source, and show user ids as its logs do. */
export function auditOf(variables: Parameters<typeof shownUserIdOf>[0]): AuditLog {
  return createAuditLog(auditSourceOf(variables.STAGE), { userId: shownUserIdOf(variables) });
}
