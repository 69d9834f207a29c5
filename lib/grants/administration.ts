import type { Subject } from '../identity/index.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Roles } from './roles.ts';
import type { GrantStore } from './store.ts';

/** A person or backend that administers a document's grants. */
export interface Administrator {
  readonly subject: Subject;
  /** Whether the rules for owners do not bind them: they have the scope for any document's grants. */
  readonly unbound: boolean;
}

/** The grants, the roles and the clock that grants are administered by. */
export interface AdministrationDependencies {
  readonly store: GrantStore;
  readonly roles: Roles;
  readonly clock: Clock;
}

/** The part of a grant that an owner may not decide about. */
export type Beyond =
  { readonly layer: string } | { readonly anyLayer: true } | { readonly privateLayer: true };

/** A refusal to show or change grants. */
export type AdministrationRefusal = { readonly outcome: 'refused' } & (
  | { readonly reason: 'no-owner' | 'owner-for-everyone' | 'last-owner' | 'precondition-failed' | 'no-grant' }
  | { readonly reason: 'beyond-own-grants'; readonly of: 'new' | 'present'; readonly beyond: Beyond }
);

type PlainReason = Exclude<AdministrationRefusal['reason'], 'beyond-own-grants'>;

/** Makes a refusal of which the reason says all. */
export function refused(reason: PlainReason): AdministrationRefusal {
  return { outcome: 'refused', reason };
}

/** The number of a document's grants that are read at a time, if all of them are looked at. */
export const GRANTS_AT_A_TIME = 200;
