import {
  ANY_LAYER,
  narrows,
  type Grant,
  type GrantContent,
  type Roles,
} from '../../../../lib/grants/index.ts';
import { MAX_LAYERS, MAX_LAYERS_BYTES } from '../../../../lib/http/messages/role-members.ts';
import { secondsOf, type Clock } from '../../../../lib/runtime/clock.ts';
import { IMPORTER } from '../write-grants.ts';

/** The treatment of a document on which the new user id already has a grant that cannot be joined with the former one's. */
export type OnConflict = 'leave' | 'keep' | 'replace';

/** The move of one person's grant on one document. */
export type Plan =
  /** The new user id gets this grant, and the former one's is removed. */
  | {
      readonly kind: 'set' | 'replace' | 'join';
      readonly grant: Omit<Grant, 'etag'>;
      /** True if the grant allows less than the one that the new user id has. */
      readonly narrowed: boolean;
    }
  /** The new user id keeps its grant, and the former one's is removed. */
  | { readonly kind: 'keep'; readonly grant: Grant }
  /** Neither is changed. */
  | { readonly kind: 'conflict'; readonly from: Grant; readonly to: Grant };

/**
 * Plans the move of a grant. The person then has what both user ids had, no more and no less: one grant that allows all of the other
 * counts, and two that differ in their layers alone are joined. Any other two would need a grant that is wider than both.
 *
 * @param from - the grant of the former user id
 * @param to - the unexpired grant of the new user id; undefined if there is none
 */
export function planOf(
  from: Grant,
  to: Grant | undefined,
  principal: Grant['principal'],
  onConflict: OnConflict,
  { roles, clock }: { readonly roles: Roles; readonly clock: Clock },
): Plan {
  // The person that granted it and the time stay: a move grants nothing new.
  const moved = { ...withoutEtag(from), principal };
  if (to === undefined) return { kind: 'set', grant: moved, narrowed: false };
  if (!narrows(from, to, roles)) return { kind: 'keep', grant: to };
  if (!narrows(to, from, roles)) return { kind: 'replace', grant: moved, narrowed: false };
  const layers = joinedLayers(from, to, roles);
  if (layers !== undefined) {
    const made = { grantedBy: IMPORTER, grantedAt: secondsOf(clock) };
    const privateLayer = from.privateLayer || to.privateLayer;
    return { kind: 'join', grant: { ...moved, ...made, layers, privateLayer }, narrowed: false };
  }
  if (onConflict === 'keep') return { kind: 'keep', grant: to };
  if (onConflict === 'replace') return { kind: 'replace', grant: moved, narrowed: true };
  return { kind: 'conflict', from, to };
}

function withoutEtag({ etag: _, ...grant }: Grant): Omit<Grant, 'etag'> {
  return grant;
}

/** Joins the layers of two grants that differ in nothing else; undefined if they do, or one grant cannot have so many. */
function joinedLayers(one: GrantContent, other: GrantContent, roles: Roles): readonly string[] | undefined {
  const differ =
    one.role !== other.role ||
    one.expiresAt !== other.expiresAt ||
    one.defaultGroup !== other.defaultGroup ||
    !roles.has(one.role);
  if (differ) return undefined;
  const all = [...new Set([...one.layers, ...other.layers])];
  const layers = all.includes(ANY_LAYER) ? [ANY_LAYER] : all;
  const fits = layers.length <= MAX_LAYERS && Buffer.byteLength(layers.join('')) <= MAX_LAYERS_BYTES;
  return fits ? layers : undefined;
}
