import { type Grant, type PageBounds } from '../../../lib/grants/index.ts';
import { NOON } from '../runtime/clock.ts';
import { type Principal, type Subject } from '../../../lib/identity/index.ts';

/** Makes a user's principal. */
export const user = (id: string): Principal => ({ kind: 'user', id });

/** Makes a group's principal. */
export const group = (name: string): Principal => ({ kind: 'group', name });

/** The principal of everyone. */
export const EVERYONE: Principal = { kind: 'everyone' };

/** Makes a person: `alice`, without groups, unless given. */
export function subject(userId = 'alice', groups: readonly string[] = [], name?: string): Subject {
  return { userId, groups, ...(name !== undefined && { name }) };
}

/** Makes a grant on the default layer that does not expire, unless given. */
export function grant(principal: Principal, role: string, details: Partial<Grant> = {}): Grant {
  return {
    principal,
    role,
    layers: [''],
    privateLayer: false,
    grantedBy: 'owner',
    grantedAt: NOON - 86_400,
    etag: 'first',
    ...details,
  };
}

/** Makes the bounds of pages with a number of entries of any length. */
export const pageOf = (limit: number): PageBounds<unknown> => ({
  limit,
  maxBytes: Infinity,
  bytesOf: () => 0,
});
