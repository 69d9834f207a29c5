import { auditRecordOf, type AuditRecord } from '../../../cli/audit/audit-record.ts';

/** A question for the latest records. */
export interface DecisionQuery {
  /** Records about this document alone. */
  readonly document?: string | undefined;
  /** Records about this user alone: who gets the token or the grant, or who asked for it. */
  readonly user?: string | undefined;
  /** The most records of a page. */
  readonly limit: number;
  /** The position of the page, as the former page gave it. */
  readonly after?: string | undefined;
}

/** A page of audit records. */
export interface DecisionPage {
  /** The newest first. */
  readonly records: readonly AuditRecord[];
  /** The position of the next page; absent on the last. */
  readonly next?: string;
}

/**
 * Lists audit records from the lines of the audit log, the newest first. A record that was delivered twice counts once. The log keeps
 * its last lines alone: a position whose record is gone gives an empty page.
 *
 * @param lines - in the order in which they arrived
 */
export function recentDecisions(lines: readonly string[], query: DecisionQuery): DecisionPage {
  const { limit, after } = query;
  const newestFirst = recordsIn(lines).reverse();
  const start = after === undefined ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) return { records: [] };
  const found = newestFirst.slice(start).filter((record) => isAsked(record, query));
  const records = found.slice(0, limit);
  const next = found.length > limit ? records.at(-1)?.id : undefined;
  // Functions deliver their records in batches, so those of one moment can arrive out of order.
  return {
    records: records.toSorted((one, other) => other.time - one.time),
    ...(next !== undefined && { next }),
  };
}

/** Reads the records in the order of their first delivery, which a repeated one does not change. */
function recordsIn(lines: readonly string[]): AuditRecord[] {
  const records = new Map<string, AuditRecord>();
  for (const line of lines) {
    const record = auditRecordOf(line);
    if (record !== undefined && !records.has(record.id)) records.set(record.id, record);
  }
  return [...records.values()];
}

function isAsked({ subject, data }: AuditRecord, { document, user }: DecisionQuery): boolean {
  const { userId, callerId, principal, name, documentIds } = data;
  const isAboutDocument =
    document === undefined || subject === document || [documentIds].flat().includes(document);
  const isOfUser =
    user === undefined || userId === user || callerId === user || (principal === 'user' && name === user);
  return isAboutDocument && isOfUser;
}
