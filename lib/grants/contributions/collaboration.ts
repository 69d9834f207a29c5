import {
  EVERY_ACTION,
  permissionNeededBy,
  type CollaborationPermission,
  type Permission,
} from '../../document-engine/index.ts';

/** The allowed actions on existing records. */
export type Collaboration = 'unrestricted' | readonly CollaborationPermission[];

/**
 * Finds the actions on existing records that a grant allows by itself. A grant that can read and write and has no list
 * is unrestricted. Any other counts for the listed actions that its own permissions give an effect; without a list, for
 * all such actions.
 */
export function collaborationOf(
  permissions: ReadonlySet<Permission>,
  listed: readonly CollaborationPermission[] | undefined,
): Collaboration {
  if (listed === undefined && permissions.has('read-document') && permissions.has('write'))
    return 'unrestricted';
  return (listed ?? EVERY_ACTION).filter((one) => permissions.has(permissionNeededBy(one)));
}

/**
 * The actions of some grants, joined. A look-up takes the same time, however many grants there are: a caller in hundreds
 * of groups, each with actions on its own records, brings thousands.
 */
export class JoinedActions {
  #unrestricted = false;
  /** By record type, then by action, then by scope. A key that joins two names would have to be made, and hashed, for each look-up. */
  readonly #actions = new Map<string, Map<string, Map<string, CollaborationPermission>>>();

  /** Joins the actions of one more grant. */
  add(collaboration: Collaboration): void {
    if (collaboration === 'unrestricted') this.#unrestricted = true;
    else for (const one of collaboration) this.#scopesOf(one).set(scopeOf(one), one);
  }

  /** Tells whether a grant allows an action that is not among these. */
  isWidenedBy(collaboration: Collaboration): boolean {
    if (this.#unrestricted) return false;
    return collaboration === 'unrestricted' || collaboration.some((one) => !this.#covers(one));
  }

  /** The actions, without those that a wider one covers. */
  get all(): Collaboration {
    if (this.#unrestricted) return 'unrestricted';
    const all: CollaborationPermission[] = [];
    for (const byAction of this.#actions.values()) {
      for (const scopes of byAction.values()) {
        const widest = scopes.get(ALL);
        if (widest) all.push(widest);
        else all.push(...scopes.values());
      }
    }
    return all;
  }

  #covers(one: CollaborationPermission): boolean {
    const scopes = this.#scopesOf(one);
    return scopes.has(ALL) || scopes.has(scopeOf(one));
  }

  #scopesOf({ contentType, action }: CollaborationPermission): Map<string, CollaborationPermission> {
    const byAction =
      this.#actions.get(contentType) ?? new Map<string, Map<string, CollaborationPermission>>();
    const scopes = byAction.get(action) ?? new Map<string, CollaborationPermission>();
    this.#actions.set(contentType, byAction.set(action, scopes));
    return scopes;
  }
}

/** The scope that includes every other one. */
const ALL = 'all';

function scopeOf({ scope }: CollaborationPermission): string {
  return 'name' in scope ? `${scope.kind}=${scope.name}` : scope.kind;
}
