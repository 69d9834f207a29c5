import { ANY_LAYER, isExpired, type Grant } from './grant.ts';
import { type GrantContent } from './store.ts';

/** The role whose grants let a caller administer a document. */
export const OWNER = 'owner';

/** Whether a grant makes its principal an owner of the document at a moment (Unix seconds). */
export function makesOwner(grant: Grant, at: number): boolean {
  return grant.role === OWNER && !isExpired(grant, at);
}

/** What of a grant an owner may not decide about. */
export type Beyond =
  { readonly layer: string } | { readonly anyLayer: true } | { readonly privateLayer: true };

/**
 * What of a grant lies beyond an owner's own grants. Each layer of it must be covered by one owner grant that lasts at
 * least as long; `"*"` only by `"*"`. What opens the private layer of whoever has it only by what opens the owner's own:
 * nobody hands on a kind of layer that they were not given.
 *
 * @param owned - the owner's unexpired owner grants on the document
 * @returns the first such part; undefined where the grant lies within.
 */
export function beyondOwned(grant: GrantContent, owned: readonly Grant[]): Beyond | undefined {
  const lasting = owned.filter((own) => lastsAsLongAs(own, grant));
  for (const layer of grant.layers) {
    const covered = lasting.some(({ layers }) => layers.includes(layer) || layers.includes(ANY_LAYER));
    if (!covered) return layer === ANY_LAYER ? { anyLayer: true } : { layer };
  }
  if (grant.privateLayer && !lasting.some(({ privateLayer }) => privateLayer)) return { privateLayer: true };
  return undefined;
}

/** Whether one grant expires no earlier than another. */
export function lastsAsLongAs(one: Expiring, other: Expiring): boolean {
  return (one.expiresAt ?? Infinity) >= (other.expiresAt ?? Infinity);
}

type Expiring = Pick<Grant, 'expiresAt'>;
