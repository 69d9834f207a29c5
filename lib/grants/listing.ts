import type { Principal } from '../identity/index.ts';
import { secondsOf } from '../runtime/clock.ts';
import type { Seconds } from '../runtime/time.ts';
import { principalOfGrantKey } from '../table/index.ts';
import {
  refused,
  type AdministrationDependencies,
  type AdministrationRefusal,
  type Administrator,
} from './administration.ts';
import { isExpired, type Grant } from './grant.ts';
import { isOwner } from './ownership.ts';
import { readPage, type Page, type PageBounds, type Place } from './page.ts';
import type { Slot } from './store.ts';

/** A page of a document's grants, each at the position of its principal. */
export interface GrantPage extends Page<Grant, Principal> {
  readonly outcome: 'listed';
}

// A page ends after this many items, even if it is not full.
const MAX_LOOKED_AT = 2000;

/**
 * Lists a document's unexpired grants in the order of their principals' keys, in pages.
 *
 * @param bounds - the bounds of a page. A page with fewer grants is not always the last.
 * @param after - the page begins behind this principal's grant; undefined = with the first
 */
export async function listGrants(
  administrator: Administrator,
  documentId: string,
  bounds: PageBounds<Grant>,
  after: Principal | undefined,
  { store, roles, clock }: AdministrationDependencies,
): Promise<GrantPage | AdministrationRefusal> {
  const at = secondsOf(clock);
  const { unbound, subject } = administrator;
  if (!unbound && !(await isOwner(subject, documentId, { store, roles, clock }))) return refused('no-owner');
  // One more than the page holds tells whether there is a next page.
  const slots = store.slots(documentId, bounds.limit + 1, after);
  return { outcome: 'listed', ...(await readPage(unexpired(slots, at), after, bounds, MAX_LOOKED_AT)) };
}

async function* unexpired(slots: AsyncIterable<Slot>, at: Seconds): AsyncGenerator<Place<Grant, Principal>> {
  for await (const { key, grant } of slots) {
    yield { position: principalOfGrantKey(key), ...(grant && !isExpired(grant, at) && { entry: grant }) };
  }
}
