import type { Principal } from '../identity/index.ts';
import { secondsOf } from '../runtime/clock.ts';
import type { Seconds } from '../runtime/time.ts';
import { principalOfGrantKey } from '../table/index.ts';
import {
  GRANTS_AT_A_TIME,
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

// A page ends after this many items, even if it is not full. With the reads of `isOwner` they are far below the items that a
// request may read.
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
  // The size of a query does not depend on the limit. Otherwise a run of expired grants would take a query for each few.
  const slots = store.slots(documentId, GRANTS_AT_A_TIME, { after });
  const mayContinue = (lookedAt: number): boolean => lookedAt < MAX_LOOKED_AT;
  return { outcome: 'listed', ...(await readPage(unexpired(slots, at), after, bounds, mayContinue)) };
}

async function* unexpired(slots: AsyncIterable<Slot>, at: Seconds): AsyncGenerator<Place<Grant, Principal>> {
  for await (const { key, grant } of slots) {
    yield { position: principalOfGrantKey(key), ...(grant && !isExpired(grant, at) && { entry: grant }) };
  }
}
