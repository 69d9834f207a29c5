import type { Roles } from '../../../../lib/grants/index.ts';
import type { Pair } from './user-pairs.ts';
import { quoted } from '../../command.ts';

/** The parts of a move that decide which consequences are named. */
export interface Moved {
  readonly pairs: readonly Pair[];
  readonly roles: Roles;
  readonly privateLayerPrefix: string;
  /** True if a moved grant covers private layers. */
  readonly hasPrivateLayer: boolean;
  /** True if all tokens of the former user ids are revoked. */
  readonly revokesAll: boolean;
  readonly isDryRun: boolean;
}

/** Lists the parts of a person's data and rights that a move of grants cannot carry over, with the action to take. */
export function leftBehind(moved: Moved): string[] {
  const { pairs, roles, privateLayerPrefix, hasPrivateLayer, revokesAll, isDryRun } = moved;
  const [only] = pairs.length === 1 ? pairs : [];
  const former = only ? quoted(only.from) : 'the former user id';
  const next = only ? quoted(only.to) : 'the new one';
  const selfRoles = rolesWith(roles, 'self');
  const self = selfRoles.length === 0 ? '' : ` (as in the roles ${selfRoles.join(', ')})`;
  const layer = (id: string | undefined): string =>
    id === undefined ? '' : `, ${quoted(privateLayerPrefix + id)},`;
  return [
    'Not moved with the grants:',
    `- Records at Document Engine keep ${former} as their creator for ever. Permissions with the scope "self"${self} no longer reach them for ${next}. Those with "all" or a group do.`,
    ...(hasPrivateLayer
      ? [
          `- The private layer of ${former}${layer(only?.from)} keeps its name and its records. A token for ${next} opens another one${layer(only?.to).replace(/,$/, '')}, which is empty at first.`,
        ]
      : []),
    '- Copies on devices: an SDK refuses a token of another user id than the one that its copy was stored with (Android: USER_MISMATCH). Let the app remove its copies once, after they have synced.',
    revokesAll
      ? `- Live tokens of ${former}: all ${isDryRun ? 'would be' : 'are being'} revoked, on every document.`
      : `- Live tokens of ${former} that a moved grant gave ${isDryRun ? 'would be' : 'are being'} revoked. Tokens by grants of groups or of everyone live until they expire. Add --revoke to revoke them too.`,
    ...pairs.flatMap((pair) => namedIn(roles, pair)).slice(0, MAX_NAMED),
  ];
}

/** The number of roles that are listed because they name a former user id. */
const MAX_NAMED = 100;

/** Finds the roles of infra/roles/roles.json that name a former user id. */
function namedIn(roles: Roles, { from, to }: Pair): string[] {
  return [...roles].flatMap(([name, { collaborationPermissions = [] }]) =>
    collaborationPermissions.some(({ scope }) => scope.kind === 'createdBy' && scope.name === from)
      ? [
          `- The role "${name}" in infra/roles/roles.json names createdBy=${from}. The records keep this creator: add createdBy=${to} beside it for new ones.`,
        ]
      : [],
  );
}

const rolesWith = (roles: Roles, kind: string): string[] =>
  [...roles].flatMap(([name, { collaborationPermissions = [] }]) =>
    collaborationPermissions.some(({ scope }) => scope.kind === kind) ? [name] : [],
  );
