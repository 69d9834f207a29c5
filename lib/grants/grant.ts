import type { Seconds } from '../runtime/time.ts';
import { DEFAULT_LAYER, isLayerName } from '../document-engine/index.ts';
import { principalKey, type Principal, type Subject } from '../identity/index.ts';

/** The name for every shared layer in a grant's layers. */
export const ANY_LAYER = '*';

/**
 * The source of a grant: the principal that has it in the table, or the mint request of a backend that vouches for its user.
 */
export type GrantSource = Principal | typeof VOUCHED;

/** The source of a grant that a backend sends with its request. */
export const VOUCHED = { kind: 'vouched' } as const;

/** The key of {@link VOUCHED}. No principal has it, and `principalFromKey` does not read it. */
export const VOUCHED_KEY = 'VOUCHED';

/** Writes a source as a key: that of its principal (see `principalKey`), or {@link VOUCHED_KEY}. */
export function sourceKey(source: GrantSource): string {
  return source.kind === 'vouched' ? VOUCHED_KEY : principalKey(source);
}

/** The part of a grant that decides. */
export interface DecidingGrant {
  readonly principal: GrantSource;
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
}

/** "This principal has this role on this document, on these layers, until then." */
export interface Grant extends DecidingGrant {
  readonly principal: Principal;
  /** The user id of the person or backend that made the grant. */
  readonly grantedBy: string;
  /** Since the Unix epoch. */
  readonly grantedAt: Seconds;
  /** Changes with every change of the grant. */
  readonly etag: string;
}

/** A grant that a backend sends with its request: it counts for that request alone. */
export type VouchedGrant = Omit<DecidingGrant, 'principal' | 'expiresAt'>;

/** The layers of a grant that names none. */
export const DEFAULT_LAYERS: readonly string[] = [DEFAULT_LAYER];

/**
 * Tells whether a grant has run out. It counts until the second before `expiresAt`, even if the table still holds it.
 */
export function isExpired(grant: DecidingGrant, at: Seconds): boolean {
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
export function coversLayer(grant: DecidingGrant, layer: string, subject: Subject, prefix: string): boolean {
  if (isPrivateLayer(layer, prefix)) {
    return grant.privateLayer && layer === privateLayerOf(subject.userId, prefix);
  }
  return grant.layers.includes(layer) || grant.layers.includes(ANY_LAYER);
}
