import { dueKindOf, dueOf, unreadableItem, type DueKind, type Item } from '../../table/index.ts';
import { resumeJob } from '../advance-job.ts';
import { postponeFailed } from '../due.ts';
import type { RevocationRun } from '../revocation-run.ts';
import { finishMarked } from '../withdrawals.ts';
import { deliverDue } from './due-holders.ts';

/** Work on due items that is done together: the holders of a window, the marks of a document, or one job. */
export interface Unit {
  /** Undefined for an item of a kind that is never due. */
  readonly kind: DueKind | undefined;
  /** At most as many as a window has. */
  readonly items: readonly Item[];
  /** The number of turns before. */
  readonly turns: number;
}

/** The most items of a window: the most that one call reads by their keys, and that one call delivers. */
export const WINDOW = 100;

/**
 * Sorts the items of a window into units, the oldest first. Holders come first, as one call serves all of them. Holders
 * that were tried before are a unit of their own: Document Engine may refuse some, and the others must not share a call
 * with these.
 */
export function unitsOf(window: readonly Item[]): Unit[] {
  // An item that changes while the index is read can appear twice.
  const items = [...new Map(window.map((item) => [JSON.stringify([item.pk, item.sk]), item])).values()];
  return [...Map.groupBy(items, groupOf)]
    .map(([, ofGroup]) => ({ kind: dueKindOf(ofGroup[0] ?? NO_KEY), items: ofGroup, turns: 0 }))
    .toSorted((one, other) => rankOf(one) - rankOf(other));
}

const NO_KEY = { pk: '', sk: '' };

function groupOf(item: Item): string {
  switch (dueKindOf(item)) {
    case 'holder':
      return isFirstTry(item) ? 'holders' : 'holders that were tried before';
    case 'mark':
      return `marks of ${item.pk}`;
    case 'job':
    case undefined:
      return JSON.stringify([item.pk, item.sk]);
  }
}

function isFirstTry(item: Item): boolean {
  const due = dueOf(item);
  return due?.dueSince === due?.waitingSince;
}

function rankOf({ kind, items }: Unit): number {
  if (kind !== 'holder') return 2;
  return items.every(isFirstTry) ? 0 : 1;
}

/** Works on a unit. The deadline of the run is that of the turn. */
export async function workOn({ kind, items }: Unit, run: RevocationRun): Promise<void> {
  switch (kind) {
    case 'holder':
      return deliverDue(items, run);
    case 'mark':
      return finishMarked(items, run);
    case 'job':
      for (const item of items) await resumeJob(item, run);
      return;
    case undefined:
      for (const item of items) await postponeFailed(item, unreadableItem('due', item), run);
  }
}
