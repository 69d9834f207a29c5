import {
  CONTENT_TYPES,
  isScopeName,
  parseCollaborationPermission,
  permissionNeededBy,
  type CollaborationPermission,
  type Scope,
} from '../../document-engine/index.ts';
import { check, shown, type Basis, type Check } from './check.ts';
import type { JsonObject } from './decoding.ts';

const EXPECTED =
  '<content-type>:<action>:<scope>, with the scope all, self, createdBy=<user id> or group=<name>';

/** Checks the collaboration permissions of a token, and explains each in words. */
export function collaborationChecks(claims: JsonObject): Check[] {
  const { collaboration_permissions: listed } = claims;
  if (listed === undefined) {
    return [
      check(
        {
          rule: 'collaboration_permissions',
          basis: 'documented',
          expected: 'absent, or an array of strings',
        },
        {
          actual: 'absent',
          note: 'Absent: on existing records, the user may do everything that the permissions allow.',
        },
      ),
    ];
  }
  const texts = Array.isArray(listed) && listed.every((one) => typeof one === 'string') ? listed : undefined;
  return [
    check(
      { rule: 'collaboration_permissions', basis: 'documented', expected: 'absent, or an array of strings' },
      texts
        ? {
            actual: `${texts.length} in the array`,
            note: 'On existing records, the user may do only the listed actions.',
          }
        : { actual: shown(listed), fault: 'Write an array of strings, or leave it out to restrict nothing.' },
    ),
    ...(texts ? [...texts.map(permissionCheck), effectCheck(texts, claims), selfCheck(texts, claims)] : []),
  ];
}

function permissionCheck(text: string): Check {
  const parsed = parseCollaborationPermission(text);
  const about = { rule: 'collaboration-permission', expected: EXPECTED };
  if (typeof parsed !== 'string')
    return check({ ...about, basis: 'documented' }, { actual: shown(text), note: inWords(parsed) });
  const basis = basisOfFault(text);
  return check(
    { ...about, basis },
    { actual: shown(text), fault: `Correct it: ${parsed}.${REASONS[basis]}` },
  );
}

function effectCheck(texts: readonly string[], { permissions }: JsonObject): Check {
  const idle = texts.filter((text) => {
    const parsed = parseCollaborationPermission(text);
    return typeof parsed !== 'string' && !holds(permissions, permissionNeededBy(parsed));
  });
  return check(
    {
      rule: 'collaboration-effect',
      basis: 'advice',
      expected: 'for view, "read-document" among the permissions; for all other actions, "write"',
    },
    {
      actual: idle.length === 0 ? 'each has an effect' : `without effect: ${shown(idle)}`,
      fault: idle.length === 0 ? undefined : 'Add the permission, or remove these: they have no effect.',
    },
  );
}

function selfCheck(texts: readonly string[], { user_id: userId }: JsonObject): Check {
  const ofSelf = texts.filter((text) => text.endsWith(':self'));
  return check(
    { rule: 'self', basis: 'documented', expected: 'a "user_id" if a scope is self' },
    {
      actual: ofSelf.length === 0 ? 'no scope is self' : shown(ofSelf),
      fault:
        ofSelf.length > 0 && userId === undefined
          ? 'Add "user_id": without it, self means nobody.'
          : undefined,
    },
  );
}

function holds(permissions: unknown, permission: string): boolean {
  return Array.isArray(permissions) && permissions.includes(permission);
}

const REASONS: Readonly<Record<Basis, string>> = {
  documented: '',
  undocumented:
    ' Document Engine does not document how it reads a name with such characters. The name could match more than one.',
  advice: ' Document Engine has nothing to compare it with, so it is useless.',
};

/** Returns the basis of the fault in a string that the parser refuses. */
function basisOfFault(text: string): Basis {
  const [type = '', action = ''] = text.split(':');
  const scope = text.slice(type.length + action.length + 2);
  const name = /^(?:createdBy|group)=(.+)$/su.exec(scope)?.[1];
  const wrongElsewhere = typeof parseCollaborationPermission(`${type}:${action}:all`) === 'string';
  if (wrongElsewhere || (name === undefined && scope !== 'self')) return 'documented';
  return name === undefined || isScopeName(name) ? 'advice' : 'undocumented';
}

const RECORDS: Readonly<Record<(typeof CONTENT_TYPES)[number], string>> = {
  annotations: 'annotations',
  comments: 'comments',
  'form-fields': 'form fields',
};

const VERBS: Readonly<Record<CollaborationPermission['action'], string>> = {
  view: 'see',
  edit: 'change',
  delete: 'delete',
  reply: 'reply to',
  fill: 'fill in',
  'set-group': 'change the group of',
};

/** Explains a collaboration permission in a sentence (guide "Collaboration permissions"). */
function inWords({ contentType, action, scope }: CollaborationPermission): string {
  const records = RECORDS[contentType];
  if (action === 'set-group' && scope.kind === 'group')
    return `The user may move ${records} into the group ${shown(scope.name)}.`;
  return `The user may ${VERBS[action]} ${recordsInWords(records, scope)}.`;
}

function recordsInWords(records: string, scope: Scope): string {
  switch (scope.kind) {
    case 'all':
      return `all ${records}`;
    case 'self':
      return `the ${records} that they created themselves`;
    case 'createdBy':
      return `the ${records} that ${shown(scope.name)} created`;
    case 'group':
      return `the ${records} of the group ${shown(scope.name)}`;
  }
}
