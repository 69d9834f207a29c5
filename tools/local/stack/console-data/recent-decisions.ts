import { auditRecordOf, type AuditRecord } from '../../../cli/audit/audit-record.ts';

/** Which records to list. */
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
  readonly next?: string | undefined;
}

/**
 * Lists audit records from the lines of the audit log, the newest first. A record that was delivered twice counts once. The log keeps
 * its last lines alone: a position whose record is gone gives an empty page.
 *
 * @param lines - in the order in which they arrived
 */
export function recentDecisions(lines: readonly string[], query: DecisionQuery): DecisionPage {
  const { limit, after } = query;
  const records: AuditRecord[] = [];
  const seen = new Set<string>();
  let begun = after === undefined;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const record = auditRecordOf(lines[at] ?? '');
    if (record === undefined || seen.has(record.id)) continue;
    seen.add(record.id);
    if (begun && isAsked(record, query)) {
      if (records.length === limit) return { records: sorted(records), next: records.at(-1)?.id };
      records.push(record);
    }
    begun ||= record.id === after;
  }
  return { records: sorted(records) };
}

/** Functions deliver their records in batches, so those of one moment can arrive out of order. */
const sorted = (records: readonly AuditRecord[]): AuditRecord[] =>
  records.toSorted((one, other) => other.time - one.time);

function isAsked({ subject, data }: AuditRecord, { document, user }: DecisionQuery): boolean {
  const { userId, callerId, principal, name, documentIds } = data;
  const isAboutDocument =
    document === undefined || subject === document || [documentIds].flat().includes(document);
  const isOfUser =
    user === undefined || userId === user || callerId === user || (principal === 'user' && name === user);
  return isAboutDocument && isOfUser;
}
