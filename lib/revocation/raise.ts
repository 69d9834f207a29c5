import { deliver, type HolderAt, type RevocationDependencies } from './delivery.ts';
import { raiseEpoch, type RaiseRule } from './families.ts';
import { holderPage, readableHolders, type Target } from './holder-pages.ts';
import { errorFields } from '../runtime/errors.ts';
import { type StartKey } from '../table/index.ts';

/** What one page of a walk over holders came to. */
export interface PageOutcome {
  /** How many holders' families were ended. */
  readonly raised: number;
  /** How many families still wait for Document Engine's confirmation. */
  readonly waiting: number;
  /** How many holder items cannot be read: nothing of theirs can be revoked. */
  readonly unreadable: number;
  /** Where the next page begins, if there is one. */
  readonly next?: StartKey;
}

/**
 * Raises the holders of one page and tells Document Engine. Where that does not answer, nothing is lost: what waits
 * stands on the holder items, in the index of what is due.
 *
 * @throws what raising one of them threw, when all others are raised and delivered; the page is then to be gone through again
 * @param rule - which holders to raise; of the others, what waits is delivered all the same
 */
export async function revokePage(
  target: Target,
  start: StartKey | undefined,
  rule: RaiseRule,
  dependencies: RevocationDependencies,
): Promise<PageOutcome> {
  const { table, clock, log } = dependencies;
  const page = await holderPage(table, target, start);
  let unreadable = 0;
  const holders = readableHolders(page.items, ({ pk }, error) => {
    unreadable += 1;
    log.error('a holder item cannot be read, and its tokens are not revoked', { pk, ...errorFields(error) });
  });
  let raised = 0;
  const raises = await Promise.allSettled(
    holders.map(async ({ key, holder }): Promise<HolderAt[]> => {
      const after = await raiseEpoch(table, key, holder, rule, clock.now());
      if (after?.epoch !== holder.epoch) raised += 1;
      return after === undefined ? [] : [{ key, holder: after }];
    }),
  );
  const left = raises.flatMap((raise) => (raise.status === 'fulfilled' ? raise.value : []));
  const waiting = await deliverOrLeave(left, dependencies);
  for (const raise of raises) if (raise.status === 'rejected') throw raise.reason;
  return { raised, waiting, unreadable, ...(page.next && { next: page.next }) };
}

/** Delivers what waits on these holders. @returns how many families wait on, all of them where it cannot be done now */
async function deliverOrLeave(
  holders: readonly HolderAt[],
  dependencies: RevocationDependencies,
): Promise<number> {
  const open = holders.filter(({ holder }) => Object.keys(holder.pending).length > 0);
  if (open.length === 0) return 0;
  try {
    return await deliver(open, dependencies);
  } catch (error) {
    dependencies.log.warn('revocations could not be delivered and wait', {
      holders: open.length,
      ...errorFields(error),
    });
    return open.reduce((sum, { holder }) => sum + Object.keys(holder.pending).length, 0);
  }
}
