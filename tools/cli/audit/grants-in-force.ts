import type { AuditRecord, RecordedGrant } from './audit-record.ts';

/** A grant, and the time in which it was in force. */
export interface GrantPeriod {
  readonly documentId: string;
  readonly grant: RecordedGrant;
  /** Milliseconds since the Unix epoch. Undefined: it is older than the records. */
  readonly from: number | undefined;
  /** Undefined: it is in force as far as the log knows. */
  readonly until: number | undefined;
  /** The person or program that set it. Undefined: no record says so. */
  readonly givenBy: Giver | undefined;
  /** The time of the token by which alone the grant is known. */
  readonly seenAt?: number;
  /** The change that ended it. Absent if it is in force, or its own expiry came first. */
  readonly ended?: Ending;
}

/** A change that ended a grant: its removal, or another grant in its place. */
export interface Ending {
  readonly kind: 'removed' | 'replaced';
  /** Undefined if the record does not say it. */
  readonly by: Giver | undefined;
}

/** The caller or operator that changed a grant. */
export interface Giver {
  readonly id: string;
  readonly clientId?: string | undefined;
  /** The command of an operator. */
  readonly command?: string | undefined;
}

type Open = Omit<GrantPeriod, 'until'>;

/**
 * Rebuilds the grants from the records of their changes, and from those of tokens: a token names the grants that allowed it, also
 * those that are older than the log.
 *
 * @param records - grant.set, grant.removed and token.minted, in any order
 * @returns the periods in the order of their beginnings, those of unknown beginning first
 */
export function grantPeriods(records: readonly AuditRecord[]): GrantPeriod[] {
  const open = new Map<string, Open>();
  const closed: GrantPeriod[] = [];
  const end = (key: string, { time, type, data }: AuditRecord): void => {
    const found = open.get(key);
    const ended: Ending = { kind: type === 'grant.removed' ? 'removed' : 'replaced', by: changerOf(data) };
    if (found !== undefined) closed.push(periodOf(found, time, ended));
    open.delete(key);
  };
  for (const record of records.toSorted((one, other) => one.time - other.time)) {
    const { type, time, subject: documentId, data } = record;
    if (documentId === undefined) continue;
    if (type === 'token.minted') {
      for (const grant of data.grants ?? []) {
        const key = keyOf(documentId, grant);
        if (grant.principal !== 'vouched' && !open.has(key)) open.set(key, seen(documentId, grant, time));
      }
    } else if (type === 'grant.removed' && data.principal === 'all') {
      for (const grant of data.removed ?? []) {
        const key = keyOf(documentId, grant);
        if (!open.has(key)) open.set(key, seen(documentId, grant, undefined));
      }
      for (const key of [...open.keys()]) if (isOf(documentId, key)) end(key, record);
    } else if (data.principal !== undefined) {
      const key = keyOf(documentId, { principal: data.principal, name: data.name });
      // A change names the grant before it. Without an earlier record, that is all that is known of it.
      const former = data.before;
      if (!open.has(key) && former !== undefined)
        open.set(key, seen(documentId, { ...former, principal: data.principal, name: data.name }, undefined));
      end(key, record);
      if (type === 'grant.set') open.set(key, setBy(record, documentId));
    }
  }
  return [...closed, ...Array.from(open.values(), (it) => periodOf(it))].sort(
    (one, other) => (one.from ?? 0) - (other.from ?? 0),
  );
}

/** Tells if a grant was in force at some moment of a window. */
export function overlaps({ from, until }: GrantPeriod, since: number, end: number): boolean {
  return (from ?? 0) <= end && (until === undefined || until > since);
}

const keyOf = (documentId: string, { principal, name = '' }: RecordedGrant): string =>
  JSON.stringify([documentId, principal, name]);

const isOf = (documentId: string, key: string): boolean => key.startsWith(`[${JSON.stringify(documentId)},`);

/** @param at - the time of the token that used it; undefined if a later change named it */
function seen(documentId: string, grant: RecordedGrant, at: number | undefined): Open {
  const { grantedBy, grantedAt } = grant;
  const from = grantedAt === undefined ? NaN : Date.parse(grantedAt);
  return {
    documentId,
    grant,
    from: Number.isNaN(from) ? undefined : from,
    givenBy: grantedBy === undefined ? undefined : { id: grantedBy },
    ...(at !== undefined && { seenAt: at }),
  };
}

function setBy({ time, data }: AuditRecord, documentId: string): Open {
  const { principal = '', name, role, layers, privateLayer, expiresAt } = data;
  return {
    documentId,
    grant: { principal, name, role, layers, privateLayer, expiresAt },
    from: time,
    givenBy: changerOf(data),
  };
}

function changerOf({ operator, callerId, clientId, command }: AuditRecord['data']): Giver | undefined {
  const id = operator ?? callerId;
  return id === undefined ? undefined : { id, clientId, command };
}

/** Ends a period with the next change or with the grant's own expiry, whichever is first. */
function periodOf(open: Open, changed?: number, ended?: Ending): GrantPeriod {
  const { expiresAt } = open.grant;
  const expiry = expiresAt === undefined ? undefined : Date.parse(expiresAt);
  const ends = [changed, expiry].filter((time) => time !== undefined);
  const until = ends.length === 0 ? undefined : Math.min(...ends);
  return { ...open, until, ...(ended && until === changed && { ended }) };
}
