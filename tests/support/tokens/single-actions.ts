import { type Grant } from '../../../lib/grants/index.ts';
import { type TokenClaims } from './client-token.ts';
import { type Subject } from '../../../lib/identity/index.ts';

/**
 * An oracle for the invariant "for each single action that a token allows, there is one single grant that allows it".
 * It reads tokens as Document Engine's guides describe them, and grants by the rules of the role file. It shares no
 * code with the decision.
 */

/** A role in the form of the role file. */
export interface RoleSource {
  readonly permissions: readonly string[];
  readonly collaborationPermissions?: readonly string[];
  readonly defaultGroup?: string;
}

/** A single action of a person: to use a permission, or to act on a record with a creator and a group. */
export type SingleAction =
  | { readonly permission: string }
  | {
      readonly contentType: string;
      readonly action: string;
      readonly creator: string | null;
      readonly group: string | null;
    };

const ACTIONS_ON: Readonly<Record<string, readonly string[]>> = {
  annotations: ['view', 'edit', 'delete', 'set-group'],
  comments: ['view', 'edit', 'delete', 'set-group', 'reply'],
  'form-fields': ['view', 'edit', 'delete', 'set-group', 'fill'],
};

/**
 * Lists every single action on records with one of the names as creator or group. No scope asks for both, so records
 * with a creator, with a group, and with neither are enough.
 */
export function everyAction(names: readonly string[]): SingleAction[] {
  const records = [
    { creator: null, group: null },
    ...names.flatMap((name) => [
      { creator: name, group: null },
      { creator: null, group: name },
    ]),
  ];
  return [
    ...['read-document', 'write', 'download', 'cover-image'].map((permission) => ({ permission })),
    ...Object.entries(ACTIONS_ON).flatMap(([contentType, actions]) =>
      actions.flatMap((action) => records.map((record) => ({ contentType, action, ...record }))),
    ),
  ];
}

const READ = 'read-document';
const WRITE = 'write';

/** Names the permission that Document Engine requires for an action: `read-document` to see, `write` to change. */
export function permissionFor(one: SingleAction): string {
  if ('permission' in one) return one.permission;
  return one.action === 'view' ? READ : WRITE;
}

/** Tells whether permissions and collaboration permissions of one user allow an action. */
type Rule = (one: SingleAction) => boolean;

function rule(permissions: readonly string[], listed: readonly string[] | undefined, userId: string): Rule {
  const scopes = listed?.map((text) => readCollaborationPermission(text));
  return (one) => {
    if (!permissions.includes(permissionFor(one))) return false;
    if ('permission' in one || scopes === undefined) return true;
    return scopes.some(({ contentType, action, kind, name }) => {
      if (contentType !== one.contentType || action !== one.action) return false;
      if (kind === 'self') return one.creator === userId;
      if (kind === 'createdBy') return one.creator === name;
      return kind === 'all' || one.group === name;
    });
  };
}

/** Splits a collaboration permission. @throws TypeError if it could be split in a second way */
function readCollaborationPermission(text: string): {
  contentType: string;
  action: string;
  kind: string;
  name: string | undefined;
} {
  const [type = '', action = '', scope = '', ...more] = text.split(':');
  const [kind = '', name, ...moreNames] = scope.split('=');
  const named = kind === 'createdBy' || kind === 'group';
  if (
    !ACTIONS_ON[type]?.includes(action) ||
    more.length + moreNames.length > 0 ||
    text.includes('*') ||
    !(named ? Boolean(name) : ['all', 'self'].includes(kind) && name === undefined)
  ) {
    throw new TypeError(`the collaboration permission ${JSON.stringify(text)} is invalid or ambiguous`);
  }
  return { contentType: type, action, kind, name };
}

/** Makes the rule of a token during its life. */
export function allowedByToken(claims: TokenClaims): Rule {
  return rule(claims.permissions, claims.collaboration_permissions, claims.user_id);
}

/** Lists the names in the scopes of a token. */
export function namesIn(claims: TokenClaims): string[] {
  return (claims.collaboration_permissions ?? []).flatMap((text) => text.split('=').slice(1));
}

/** The subject and the layer for which grants are examined, with the settings of the stage. */
export interface Circumstances {
  readonly subject: Subject;
  readonly layer: string;
  readonly privateLayerPrefix: string;
  readonly roles: Readonly<Record<string, RoleSource>>;
}

/**
 * Makes the rule of one grant by itself, through its role and regardless of its expiry. A grant that does not apply
 * allows nothing. A list without any action for the grant's permissions allows neither to read nor to write.
 *
 * @param asked - the permissions of the request; undefined = all
 */
export function allowedByGrant(
  grant: Grant,
  { subject, layer, privateLayerPrefix, roles }: Circumstances,
  asked?: readonly string[],
): Rule {
  const role = roles[grant.role];
  const filled = role && fill(role, grant, subject);
  if (!isFor(grant, subject) || !covers(grant, layer, subject, privateLayerPrefix) || !filled)
    return () => false;
  const { permissions, collaborationPermissions: listed } = filled;
  const within = permissions.filter((permission) => asked?.includes(permission) ?? true);
  const isEmpty = listed?.every((text) => !within.includes(text.split(':')[1] === 'view' ? READ : WRITE));
  const left = isEmpty ? within.filter((permission) => permission !== READ && permission !== WRITE) : within;
  return rule(left, listed, subject.userId);
}

/** A single action that a token allows at a moment, in Unix seconds, although no single grant allows it then. */
export interface Excess {
  readonly action: SingleAction;
  readonly moment: number;
}

/**
 * Finds an action that a token allows beyond the grants.
 *
 * @param from - the first moment, in Unix seconds
 * @returns the first such action with a moment of the token's life, or undefined
 */
export function excessOf(
  claims: TokenClaims,
  grants: readonly Grant[],
  circumstances: Circumstances,
  from: number,
): Excess | undefined {
  const rules = grants.map((one) => ({ one, allows: allowedByGrant(one, circumstances) }));
  const moments = [from, claims.exp - 1, ...grants.flatMap(({ expiresAt }) => expiresAt ?? [])].filter(
    (moment) => moment >= from && moment < claims.exp,
  );
  const { userId, groups } = circumstances.subject;
  const names = new Set([userId, ...groups, ...namesIn(claims), 'nobody']);
  for (const action of everyAction([...names]).filter(allowedByToken(claims))) {
    const moment = moments.find((at) => !rules.some(({ one, allows }) => lives(one, at) && allows(action)));
    if (moment !== undefined) return { action, moment };
  }
  return undefined;
}

/** Tells whether some grant allows anything at a moment, in Unix seconds. */
export function allowsAnything(grants: readonly Grant[], circumstances: Circumstances, at: number): boolean {
  const { userId, groups } = circumstances.subject;
  const actions = everyAction([userId, ...groups, 'nobody']);
  return grants.some((one) => lives(one, at) && actions.some(allowedByGrant(one, circumstances)));
}

/**
 * Computes the default group that a grant gives to its subjects: none if it does not let them write.
 *
 * @param asked - the permissions of the request; undefined = all
 */
export function defaultGroupOf(
  grant: Grant,
  circumstances: Circumstances,
  asked?: readonly string[],
): string | undefined {
  if (!allowedByGrant(grant, circumstances, asked)({ permission: WRITE })) return undefined;
  const role = circumstances.roles[grant.role];
  return grant.defaultGroup ?? (role && fill(role, grant, circumstances.subject)?.defaultGroup);
}

/** Tells whether a grant is unexpired at a moment, in Unix seconds. */
export function lives({ expiresAt }: Grant, at: number): boolean {
  return expiresAt === undefined || at < expiresAt;
}

function isFor({ principal }: Grant, { userId, groups }: Subject): boolean {
  if (principal.kind === 'user') return principal.id === userId;
  return principal.kind === 'everyone' || groups.includes(principal.name);
}

function covers(grant: Grant, layer: string, { userId }: Subject, prefix: string): boolean {
  if (!layer.startsWith(prefix)) return grant.layers.some((name) => name === layer || name === '*');
  // Document Engine accepts no layer with such a name.
  const impossible = /[*\p{Cc}]/u.test(layer) || Array.from(layer).length > 256;
  return grant.privateLayer && layer.slice(prefix.length) === userId && !impossible;
}

/** Fills in a role's placeholders; undefined if a value could be read as anything but one name. */
function fill(role: RoleSource, { principal }: Grant, { userId }: Subject): RoleSource | undefined {
  const templates = [...(role.collaborationPermissions ?? []), role.defaultGroup ?? ''].join('');
  const groupName = principal.kind === 'group' ? principal.name : undefined;
  const values = new Map([
    ['{userId}', userId],
    ['{group}', groupName],
  ]);
  for (const [placeholder, value] of values) {
    if (templates.includes(placeholder) && (value === undefined || /[:=*]/.test(value))) return undefined;
  }
  const filled = (text: string): string =>
    text
      .split(/(\{userId\}|\{group\})/)
      .map((part) => values.get(part) ?? part)
      .join('');
  return {
    permissions: role.permissions,
    ...(role.collaborationPermissions && {
      collaborationPermissions: role.collaborationPermissions.map(filled),
    }),
    ...(role.defaultGroup !== undefined && { defaultGroup: filled(role.defaultGroup) }),
  };
}
