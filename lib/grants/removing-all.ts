import type { Principal } from '../identity/index.ts';
import { secondsOf } from '../runtime/clock.ts';
import { inParallel } from '../runtime/parallel.ts';
import { CHANGED, principalOfGrantKey, untilUnchanged } from '../table/index.ts';
import { GRANTS_AT_A_TIME, type AdministrationDependencies } from './administration.ts';
import type { Grant } from './grant.ts';
import { isOccupied, type Slot } from './store.ts';

/** A removal among many. */
export interface Removal {
  readonly principal: Principal;
  readonly mark: string;
  /** The removed grant; absent if it could not be read. */
  readonly before?: Grant;
}

const REMOVALS_AT_A_TIME = 20;

/**
 * Removes all grants of a document, including expired and unreadable ones. The caller of this function checks that the
 * request has the scope for it. If it fails halfway, another call removes the rest.
 *
 * @param onRemoved - receives each removal as soon as it is made, also if this function fails later
 * @returns the removals; their marks name them when the live tokens are revoked
 * @throws StoreUnavailableError if the table does not answer, or other writers change grants during every attempt
 */
export async function removeAllGrants(
  documentId: string,
  { store, clock }: Pick<AdministrationDependencies, 'store' | 'clock'>,
  onRemoved: (removal: Removal) => void = () => undefined,
): Promise<Removal[]> {
  const removals: Removal[] = [];
  return untilUnchanged('remove all grants', async () => {
    const missed: Slot[] = [];
    const remove = async (slot: Slot): Promise<void> => {
      const written = await store.remove(slot, secondsOf(clock));
      const principal = principalOfGrantKey(slot.key);
      if (written === undefined) {
        missed.push(slot);
      } else if (principal !== undefined) {
        const removal = { principal, ...written, ...(slot.grant && { before: slot.grant }) };
        removals.push(removal);
        onRemoved(removal);
      }
    };
    let batch: Slot[] = [];
    for await (const slot of store.slots(documentId, GRANTS_AT_A_TIME)) {
      if (isOccupied(slot)) batch.push(slot);
      if (batch.length < GRANTS_AT_A_TIME) continue;
      await inParallel(batch, REMOVALS_AT_A_TIME, remove);
      batch = [];
    }
    await inParallel(batch, REMOVALS_AT_A_TIME, remove);
    return missed.length === 0 ? removals : CHANGED;
  });
}
