import type { JwtSecret } from '../../document-engine/index.ts';
import type { PublishedKey } from '../../signing-keys/index.ts';
import type { Predecessor } from '../rotation-run.ts';

/** The owner of an entry of Document Engine's list: a key of this stage, by its `kid`, or the predecessor. */
export type Owner = { readonly kid: string } | 'predecessor';

/** The knowledge by which an owner is found. */
export interface Known {
  readonly published: readonly PublishedKey[];
  readonly predecessor?: Predecessor | 'none' | undefined;
  /** The key that signs; `accepted` is Document Engine's answer to its probe, undefined if there is none. */
  readonly signing?: { readonly kid: string; readonly accepted: boolean | undefined } | undefined;
}

/**
 * Finds the owners of the entries of Document Engine's list, which shows no keys. An entry that is missing in the result belongs to
 * somebody else, or nothing shows that it is this stage's. The reasons are in docs/decisions/0008-foreign-current-key.md.
 *
 * @param entries - the whole list
 * @returns the owners by the ids of their entries
 */
export function ownersOf(entries: readonly JwtSecret[], known: Known): ReadonlyMap<number, Owner> {
  const owners = new Map<number, Owner>();
  for (const entry of entries) {
    const owner = recordedOwner(entry, known);
    if (owner !== undefined) owners.set(entry.id, owner);
  }
  const current = entries.find(({ expiresAt }) => expiresAt === undefined);
  const { signing } = known;
  if (current === undefined || signing === undefined) return owners;

  const isOfSigning = ({ id }: JwtSecret): boolean => {
    const owner = owners.get(id);
    return typeof owner === 'object' && owner.kid === signing.kid;
  };
  // A Document Engine with a new database begins anew with its ids. A key that has ended is current nowhere.
  const owner = owners.get(current.id);
  const { state } = known.published.find(({ kid }) => typeof owner === 'object' && owner.kid === kid) ?? {};
  const isEnded = state === 'previous' || state === 'dropped';
  if (signing.accepted === false && (isOfSigning(current) || isEnded)) owners.delete(current.id);
  // Document Engine has the key somewhere. If every other entry has another key, it is in the current one.
  const others = entries.filter((entry) => entry !== current);
  const isElsewhere = others.some((entry) => !owners.has(entry.id) || isOfSigning(entry));
  if (!owners.has(current.id) && signing.accepted === true && !isElsewhere)
    owners.set(current.id, { kid: signing.kid });
  return owners;
}

function recordedOwner({ id, expiresAt }: JwtSecret, { published, predecessor }: Known): Owner | undefined {
  const recorded = published.find(({ entryIds }) => entryIds?.has(id));
  if (recorded !== undefined) return { kid: recorded.kid };
  if (expiresAt === undefined) return undefined;
  if (typeof predecessor === 'object' && expiresAt === predecessor.validUntil) return 'predecessor';
  // Version 0.1.0 recorded no ids. It ended the entry of a replaced key at the moment that it published.
  const ended = published.find((key) => key.entryIds === undefined && key.verifiesUntil === expiresAt);
  return ended && { kid: ended.kid };
}
