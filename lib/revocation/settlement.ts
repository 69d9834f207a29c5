import { errorFields, UnreadableItemError } from '../runtime/errors.ts';
import { inParallel } from '../runtime/parallel.ts';
import type { Milliseconds } from '../runtime/time.ts';
import { StoreContendedError, StoreRefusedError } from '../table/index.ts';
import { settlePending, type PendingFamily } from './families.ts';
import type { Holder, HolderAt } from './holders.ts';
import type { RevocationRun } from './revocation-run.ts';

/** A pending family and its holder. */
export interface FamilyAt<At extends HolderAt> extends PendingFamily {
  readonly at: At;
}

/** The outcome of a delivery. */
export interface Delivery<At extends HolderAt> {
  /** The number of families that are still pending. */
  readonly waiting: number;
  /** The holders of which Document Engine was asked for all these families, or that the table refuses to settle. */
  readonly unconfirmed: readonly At[];
  /** The holders with a family for which Document Engine was not asked, or whose confirmation could not be written. */
  readonly untried: readonly At[];
  /** The error of a table that did not answer or throttled, or of the end of the time. It is no fault of the holders. */
  readonly interruption?: Error;
}

const WRITES_AT_A_TIME = 50;

/** The families of a delivery, of which the confirmed ones are removed from their holders after each call. */
export class Settlement<At extends HolderAt> {
  readonly #run: RevocationRun;
  /** The holders as they are in the table, except for changes by others. */
  readonly #holders: Map<At, Holder>;
  /** The families that Document Engine did not confirm. */
  readonly #unconfirmed: FamilyAt<At>[] = [];
  /** The holders that the table refuses to settle. */
  readonly #refused = new Set<At>();

  constructor(holders: readonly At[], run: RevocationRun) {
    this.#run = run;
    this.#holders = new Map(holders.map((at) => [at, at.holder]));
  }

  /** Settles all families of the holders but these. The others no longer matter. */
  async settleOthers(families: readonly FamilyAt<At>[]): Promise<void> {
    const epochs = epochsOf(families);
    const past = [...this.#holders].map(
      ([at, { pending }]) =>
        [at, new Set(Object.keys(pending).map(Number)).difference(epochs.get(at) ?? new Set())] as const,
    );
    await this.#settleAll(past.filter(([, settled]) => settled.size > 0));
  }

  /**
   * Removes families from their holders. A holder that the table refuses to write is logged, and the others do not wait for it.
   *
   * @throws the first error of the table otherwise, after all others are settled
   */
  async settle(families: readonly FamilyAt<At>[]): Promise<void> {
    await this.#settleAll([...epochsOf(families)]);
  }

  /** Leaves families that Document Engine did not confirm. */
  leave(families: readonly FamilyAt<At>[]): void {
    this.#unconfirmed.push(...families);
  }

  outcome(): Delivery<At> {
    const open = [...this.#holders].filter(([, holder]) => countOf(holder) > 0);
    const tried = epochsOf(this.#unconfirmed);
    const isUnconfirmed = ([at, holder]: (typeof open)[number]): boolean =>
      this.#refused.has(at) || tried.get(at)?.size === countOf(holder);
    return {
      waiting: open.reduce((sum, [, holder]) => sum + countOf(holder), 0),
      unconfirmed: open.filter((one) => isUnconfirmed(one)).map(([at]) => at),
      untried: open.filter((one) => !isUnconfirmed(one)).map(([at]) => at),
    };
  }

  async #settleAll(settled: readonly (readonly [At, ReadonlySet<Milliseconds>])[]): Promise<void> {
    const errors = await inParallel(settled, WRITES_AT_A_TIME, async ([at, epochs]) => {
      try {
        await this.#settleOne(at, epochs);
        return [];
      } catch (error) {
        return this.#isOfItem(at, error) ? [] : [error];
      }
    });
    for (const error of errors.flat()) throw error;
  }

  async #settleOne(at: At, epochs: ReadonlySet<Milliseconds>): Promise<void> {
    const holder = this.#holders.get(at) ?? at.holder;
    await settlePending(this.#run.table, at.key, holder, epochs);
    const pending = Object.entries(holder.pending).filter(([epoch]) => !epochs.has(Number(epoch)));
    this.#holders.set(at, { ...holder, pending: Object.fromEntries(pending) });
  }

  /** Tells whether an error concerns one item alone, and logs it if writing that item again would bring the same error. */
  #isOfItem(at: At, error: unknown): boolean {
    // Its families stay, and the next delivery confirms them.
    if (error instanceof StoreContendedError) return true;
    if (!(error instanceof StoreRefusedError || error instanceof UnreadableItemError)) return false;
    this.#run.log.error('a delivered revocation cannot be settled', { pk: at.key.pk, ...errorFields(error) });
    if (error instanceof StoreRefusedError) this.#run.log.count('RevocationNotWritten');
    this.#refused.add(at);
    return true;
  }
}

function countOf({ pending }: Holder): number {
  return Object.keys(pending).length;
}

function epochsOf<At extends HolderAt>(
  families: readonly FamilyAt<At>[],
): ReadonlyMap<At, ReadonlySet<Milliseconds>> {
  return new Map(
    [...Map.groupBy(families, ({ at }) => at)].map(([at, ofHolder]) => [
      at,
      new Set(ofHolder.map(({ epoch }) => epoch)),
    ]),
  );
}
