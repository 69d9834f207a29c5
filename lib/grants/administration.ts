import type { Subject } from '../identity/index.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Roles } from './roles.ts';
import type { GrantStore } from './store.ts';

/** A caller who administers a document's grants. */
export interface Administrator {
  readonly subject: Subject;
  /** True for a caller with the scope for the grants of all documents: the rules for owners do not apply. */
  readonly unbound: boolean;
}

export interface AdministrationDependencies {
  readonly store: GrantStore;
  readonly roles: Roles;
  readonly clock: Clock;
}

/** The part of a grant that lies beyond an owner's own grants. */
export type Beyond =
  { readonly layer: string } | { readonly anyLayer: true } | { readonly privateLayer: true };

/** A refusal to show or change grants. */
export type AdministrationRefusal = { readonly outcome: 'refused' } & (
  | {
      readonly reason:
        | 'no-owner'
        | 'owner-for-everyone'
        | 'last-owner'
        | 'too-many-grants'
        | 'precondition-failed'
        | 'no-grant';
    }
  | { readonly reason: 'beyond-own-grants'; readonly of: 'new' | 'present'; readonly beyond: Beyond }
);

type PlainReason = Exclude<AdministrationRefusal['reason'], 'beyond-own-grants'>;

/** Makes a refusal that has a reason and no details. */
export function refused(reason: PlainReason): AdministrationRefusal {
  return { outcome: 'refused', reason };
}

/** The size of a page for reading a document's grants one after the other; a little more than a page of a list. */
export const GRANTS_AT_A_TIME = 250;
