import type { Seconds } from '../runtime/time.ts';
import { DEFAULT_LAYER, isLayerName } from '../document-engine/index.ts';
import type { Principal, Subject } from '../identity/index.ts';

/** The name for every shared layer in a grant's layers. */
export const ANY_LAYER = '*';

/** "This principal has this role on this document, on these layers, until then." */
export interface Grant {
  readonly principal: Principal;
  /** The name of a role in infra/roles/roles.json. */
  readonly role: string;
  /** The shared layers it covers; `""` is the default layer, `"*"` every shared layer. */
  readonly layers: readonly string[];
  /** True if it covers the caller's own private layer. */
  readonly privateLayer: boolean;
  /** Overrides the role's default group. */
  readonly defaultGroup?: string;
  /** The first second in which the grant does not count, since the Unix epoch. Absent = it does not expire. */
  readonly expiresAt?: Seconds;
  /** The user id of the person or backend that made the grant. */
  readonly grantedBy: string;
  /** Since the Unix epoch. */
  readonly grantedAt: Seconds;
  /** Changes with every change of the grant. */
  readonly etag: string;
}

/** The layers of a grant that names none. */
export const DEFAULT_LAYERS: readonly string[] = [DEFAULT_LAYER];

/**
 * Tells whether a grant has run out. It counts until the second before `expiresAt`, even if the table still holds it.
 */
export function isExpired(grant: Grant, at: Seconds): boolean {
  return grant.expiresAt !== undefined && grant.expiresAt <= at;
}

/**
 * Names a user's private layer.
 *
 * @param prefix - the beginning of every private layer's name; never empty
 * @returns the name; undefined if it would break Document Engine's rules for layer names
 */
export function privateLayerOf(userId: string, prefix: string): string | undefined {
  const name = prefix + userId;
  return isLayerName(name) ? name : undefined;
}

/** Tells whether a layer belongs to one user, going by its name. */
export function isPrivateLayer(layer: string, prefix: string): boolean {
  return layer.startsWith(prefix);
}

/**
 * Tells whether a grant covers a layer for a subject. The layer's name first decides whether it is private. So neither
 * `"*"` nor a grant that names a private layer (written when the stage had another prefix) opens another user's.
 */
export function coversLayer(grant: Grant, layer: string, subject: Subject, prefix: string): boolean {
  if (isPrivateLayer(layer, prefix)) {
    return grant.privateLayer && layer === privateLayerOf(subject.userId, prefix);
  }
  return grant.layers.includes(layer) || grant.layers.includes(ANY_LAYER);
}
