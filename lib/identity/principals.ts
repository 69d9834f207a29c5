import { UserText } from '../runtime/user-id-in-logs.ts';
import type { Subject } from './subject.ts';

/** The receiver of a grant: one user, a group, or everyone with a caller token that the API accepts. */
export type Principal =
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'everyone' };

/** The most groups of a subject. */
export const MAX_GROUPS = 500;

const MAX_NAME_BYTES = 512;

/**
 * Tells whether a string can be a user id or a group name: well-formed Unicode of 1 to 512 bytes (UTF-8) without control characters.
 * Names are compared byte for byte and never normalised.
 */
export function isPrincipalName(text: string): boolean {
  return (
    text.length > 0 &&
    text.length <= MAX_NAME_BYTES &&
    text.isWellFormed() &&
    Buffer.byteLength(text) <= MAX_NAME_BYTES &&
    !/\p{Cc}/u.test(text)
  );
}

/** Lists the principals under which a subject can have grants: the user, each group, everyone. */
export function principalsOf(subject: Subject): Principal[] {
  return [
    { kind: 'user', id: subject.userId },
    ...subject.groups.map((name): Principal => ({ kind: 'group', name })),
    { kind: 'everyone' },
  ];
}

/** Writes a principal as a key: `USER#<id>`, `GROUP#<name>` or `EVERYONE`. Each principal has exactly one. */
export function principalKey(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
      return `USER#${principal.id}`;
    case 'group':
      return `GROUP#${principal.name}`;
    case 'everyone':
      return 'EVERYONE';
  }
}

/** Makes the log field of a principal: its key, with the user id as the stage shows user ids. */
export function loggedPrincipal(principal: Principal): string | UserText {
  const key = principalKey(principal);
  if (principal.kind !== 'user') return key;
  return new UserText(key.slice(0, key.length - principal.id.length), principal.id);
}

/** Reads a principal from the key that {@link principalKey} wrote; undefined for any other string. */
export function principalFromKey(key: string): Principal | undefined {
  if (key === 'EVERYONE') return { kind: 'everyone' };
  if (key.startsWith('USER#')) return { kind: 'user', id: key.slice('USER#'.length) };
  if (key.startsWith('GROUP#')) return { kind: 'group', name: key.slice('GROUP#'.length) };
  return undefined;
}
