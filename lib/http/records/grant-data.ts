import type { AuditLog, AuditValue } from '../../audit/index.ts';
import type { DecidingGrant, Grant, GrantContent, GrantSource } from '../../grants/index.ts';
import type { Seconds } from '../../runtime/time.ts';
import { rfc3339 } from '../messages/rfc3339.ts';

/** The data of a record, or a part of it. */
export type Data = Readonly<Record<string, AuditValue>>;

/** The part of an audit log that writes user ids. */
type ShownUsers = Pick<AuditLog, 'userId'>;

/** Writes the source of a grant: its kind, and the user id or the group's name. */
export function principalData(source: GrantSource, audit: ShownUsers): Data {
  switch (source.kind) {
    case 'user':
      return { principal: 'user', name: audit.userId(source.id) };
    case 'group':
      return { principal: 'group', name: source.name };
    case 'everyone':
    case 'vouched':
      return { principal: source.kind };
  }
}

/** Writes the content of a grant. @param most - the most layers that it lists; the others are counted */
export function contentData(
  { role, layers, privateLayer, defaultGroup, expiresAt }: GrantContent,
  most: number,
): Data {
  return {
    role,
    ...listed('layers', layers, most),
    privateLayer: privateLayer || undefined,
    defaultGroup,
    expiresAt: timeOf(expiresAt),
  };
}

/** Writes who made a grant, and when. A vouched grant has no maker. */
export function makerData(grant: DecidingGrant | Grant, audit: ShownUsers): Data {
  return 'grantedBy' in grant
    ? { grantedBy: audit.userId(grant.grantedBy), grantedAt: timeOf(grant.grantedAt) }
    : {};
}

/** The most layers that the record of a changed grant lists. */
export const MOST_LAYERS = 50;

/** Writes the grant that a change replaces or removes. */
export function beforeData(grant: Grant, audit: ShownUsers): Data {
  return { ...makerData(grant, audit), ...contentData(grant, MOST_LAYERS) };
}

/** Writes a list under its name, and beside it the number of elements left out. Each record must fit into a line. */
export function listed(name: string, all: readonly AuditValue[], most: number): Data {
  const left = all.length - most;
  return { [name]: all.slice(0, most), ...(left > 0 && { [`${name}LeftOut`]: left }) };
}

function timeOf(moment: Seconds | undefined): string | undefined {
  return moment === undefined ? undefined : rfc3339(moment);
}
