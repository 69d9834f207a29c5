import { principalsOf, type Subject } from '../identity/index.ts';
import { secondsOf } from '../runtime/clock.ts';
import type { Seconds } from '../runtime/time.ts';
import type { AdministrationDependencies, Beyond } from './administration.ts';
import { ANY_LAYER, isExpired, type Grant } from './grant.ts';
import type { Roles } from './roles.ts';
import type { GrantContent } from './store.ts';

/** The role that lets a caller administer a document. */
export const OWNER = 'owner';

/**
 * Tells whether a grant makes its principal an owner of the document; its layers do not matter. If the role file has no
 * role `owner`, no grant does.
 *
 * @param at - a moment since the Unix epoch
 */
export function makesOwner(grant: Grant, roles: Roles, at: Seconds): boolean {
  return grant.role === OWNER && roles.has(OWNER) && !isExpired(grant, at);
}

/**
 * Tells whether a subject is an owner of a document now.
 *
 * @throws StoreUnavailableError if the table does not answer
 */
export async function isOwner(
  subject: Subject,
  documentId: string,
  { store, roles, clock }: AdministrationDependencies,
): Promise<boolean> {
  const own = await store.read(documentId, principalsOf(subject));
  const at = secondsOf(clock);
  return own.some(({ grant }) => grant && makesOwner(grant, roles, at));
}

/**
 * Finds a part of a grant that lies beyond an owner's own grants. One owner grant that lasts at least as long must
 * cover each layer. Only `"*"` covers `"*"`, and only an owner grant with a private layer covers private layers: an
 * owner can pass on no kind of layer that the owner does not have.
 *
 * @param owned - the owner's unexpired owner grants on the document
 * @returns the first such part; undefined if there is none
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

/** Tells whether one grant expires no earlier than another. */
export function lastsAsLongAs(one: Expiring, other: Expiring): boolean {
  return (one.expiresAt ?? Infinity) >= (other.expiresAt ?? Infinity);
}

type Expiring = Pick<Grant, 'expiresAt'>;
