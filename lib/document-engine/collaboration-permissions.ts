import type { Permission } from './permissions.ts';

/**
 * The actions on each type of record (Document Engine guide "Collaboration permissions"). `fill` exists only for form fields,
 * and `reply` only for comments. Creating a record is not an action: the permission `write` alone allows it.
 */
const ACTIONS = {
  annotations: ['view', 'edit', 'delete', 'set-group'],
  comments: ['view', 'edit', 'delete', 'reply', 'set-group'],
  'form-fields': ['view', 'edit', 'delete', 'fill', 'set-group'],
} as const;

/** A type of record that collaboration permissions cover. */
type ContentType = keyof typeof ACTIONS;

/** An action on an existing record. */
export type Action = (typeof ACTIONS)[ContentType][number];

/** A collaboration permission; in a token, `<content-type>:<action>:<scope>`. */
export interface CollaborationPermission {
  readonly contentType: ContentType;
  readonly action: Action;
  readonly scope: Scope;
}

/**
 * The records that a collaboration permission covers; in a token, `all`, `self` (the user's own), `createdBy=<user id>` or
 * `group=<name>`.
 */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'self' }
  | { readonly kind: 'createdBy' | 'group'; readonly name: string };

/** The content types in a fixed order. */
export const CONTENT_TYPES: readonly ContentType[] = ['annotations', 'comments', 'form-fields'];

/** Every collaboration permission with the scope `all`: each action on each type of record. */
export const EVERY_ACTION: readonly CollaborationPermission[] = CONTENT_TYPES.flatMap((contentType) =>
  ACTIONS[contentType].map((action) => ({ contentType, action, scope: { kind: 'all' } })),
);

/**
 * Tells whether a value is unambiguous as a name after `createdBy=` or `group=`. It must not be empty, and must contain no
 * control characters and no characters with a meaning in a collaboration permission (`:`, `=`, `*`).
 */
export function isScopeName(value: string): boolean {
  return /^[^:=*\p{Cc}]+$/u.test(value);
}

/**
 * Reads a collaboration permission.
 *
 * @param text - `<content-type>:<action>:<scope>`
 * @returns its parts, or a sentence with the fault and the valid values
 */
export function parseCollaborationPermission(text: string): CollaborationPermission | string {
  const [type = '', action = '', scope = '', ...rest] = text.split(':');
  const contentType = CONTENT_TYPES.find((known) => known === type);
  if (contentType === undefined) {
    return `"${text}" has the content type "${type}"; the content types are ${CONTENT_TYPES.join(', ')}`;
  }
  const known = ACTIONS[contentType].find((name) => name === action);
  if (known === undefined) {
    return `"${text}" has the action "${action}"; the actions on ${contentType} are ${ACTIONS[contentType].join(', ')}`;
  }
  const parsed = rest.length === 0 ? parseScope(scope) : undefined;
  if (parsed === undefined) {
    return `"${text}" has a scope that is not all, self, createdBy=<user id> or group=<name>`;
  }
  if (contentType === 'form-fields' && (parsed.kind === 'self' || parsed.kind === 'createdBy')) {
    return `"${text}" scopes form fields by their creator, which Document Engine does not support; use all or group=<name>`;
  }
  return { contentType, action: known, scope: parsed };
}

function parseScope(text: string): Scope | undefined {
  if (text === 'all' || text === 'self') return { kind: text };
  const [, kind, name = ''] = /^(createdBy|group)=(.*)$/su.exec(text) ?? [];
  return (kind === 'createdBy' || kind === 'group') && isScopeName(name) ? { kind, name } : undefined;
}

/** Writes a collaboration permission in the form of the token's claim. */
export function formatCollaborationPermission({
  contentType,
  action,
  scope,
}: CollaborationPermission): string {
  return `${contentType}:${action}:${'name' in scope ? `${scope.kind}=${scope.name}` : scope.kind}`;
}

/** Tells whether `one` allows everything that `other` allows. The scope `all` includes every other scope. */
export function covers(one: CollaborationPermission, other: CollaborationPermission): boolean {
  return (
    one.contentType === other.contentType &&
    one.action === other.action &&
    (one.scope.kind === 'all' || isSameScope(one.scope, other.scope))
  );
}

function isSameScope(one: Scope, other: Scope): boolean {
  if ('name' in one) return one.kind === other.kind && one.name === other.name;
  return one.kind === other.kind;
}

/** Gives the permission that a collaboration permission needs to have an effect. */
export function permissionNeededBy({ action }: CollaborationPermission): Permission {
  return action === 'view' ? 'read-document' : 'write';
}
