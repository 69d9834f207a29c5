import { inParallel } from '../../../lib/runtime/parallel.ts';
import { nameOf, UnreadableItemError } from '../../../lib/runtime/errors.ts';
import {
  endFamily,
  endFormerFamilies,
  holderFromItem,
  type Ended,
  type EndingRun,
} from '../../../lib/revocation/index.ts';
import { StoreContendedError, StoreRefusedError, type Item } from '../../../lib/table/index.ts';
import { Stopped } from '../stopped.ts';

/** The input of a revocation of all tokens, and the functions that it calls. */
export interface RevokeAll extends EndingRun {
  /** The users with tokens in the table, page by page. */
  readonly pages: AsyncIterable<readonly Item[]>;
  /** The same in the former table, in place of which a restored one was adopted; undefined if there is none. */
  readonly formerPages?: AsyncIterable<readonly Item[]> | undefined;
  /** Stops the run after the writes that are under way. */
  readonly signal: AbortSignal;
  /** Is called after every page. */
  readonly onProgress: (progress: RevokeAllProgress) => void;
}

/** The progress of a revocation of all tokens, in users and documents: each counts one user's tokens for one document. */
export interface RevokeAllProgress {
  /** The number of those whose tokens are revoked now. */
  readonly revoked: number;
  /** The number of those that an earlier part of the same run had revoked. */
  readonly already: number;
  /** The keys of items that could not be read or written. Their tokens are not revoked. */
  readonly failed: readonly FailedItem[];
}

/** An item that could not be read or written, and the reason. */
export interface FailedItem {
  /** The partition: it names the document. */
  readonly pk: string;
  readonly reason: string;
}

/** A run stopped before its end. Another one with the same `began` continues. */
export class RevokeAllStopped extends Stopped<RevokeAllProgress> {
  override readonly name = 'RevokeAllStopped';
}

/** The AWS SDK holds 50 connections. */
const WRITES_AT_A_TIME = 32;

/**
 * Ends the tokens of every user for every document. It only writes the table, and the sweeper delivers the revocations to Document
 * Engine. The former table's tokens come first: if the run is stopped, the users of the present one can still be revoked by the API.
 *
 * @throws RevokeAllStopped on the signal, and if a table cannot be read or written
 */
export async function revokeAll(task: RevokeAll): Promise<RevokeAllProgress> {
  let progress: RevokeAllProgress = { revoked: 0, already: 0, failed: [] };
  const walk = async (pages: AsyncIterable<readonly Item[]>, end: (item: Item) => Promise<Ended>) => {
    for await (const items of pages) {
      if (task.signal.aborted) throw new RevokeAllStopped('Interrupted', progress);
      const results = await inParallel(items, WRITES_AT_A_TIME, (item) => orFailed(item, end));
      progress = {
        revoked: progress.revoked + results.filter((result) => result === 'ended').length,
        already: progress.already + results.filter((result) => result === 'already').length,
        failed: [...progress.failed, ...results.filter((result) => typeof result === 'object')],
      };
      task.onProgress(progress);
    }
  };
  try {
    if (task.formerPages) {
      await walk(task.formerPages, (item) => endFormerFamilies(task, keyOf(item), holderFromItem(item)));
    }
    await walk(task.pages, (item) => endFamily(task, keyOf(item)));
    return progress;
  } catch (error) {
    if (error instanceof RevokeAllStopped) throw error;
    throw new RevokeAllStopped(error instanceof Error ? error.message : String(error), progress, error);
  }
}

const keyOf = ({ pk, sk }: Item) => ({ pk, sk });

/** One bad item must not keep the tokens of all others alive. */
async function orFailed(item: Item, end: (item: Item) => Promise<Ended>): Promise<Ended | FailedItem> {
  try {
    return await end(item);
  } catch (error) {
    if (!isOfItem(error)) throw error;
    return { pk: item.pk, reason: error.message };
  }
}

/** Refusals that every later write would get too. */
const OF_EVERY_ITEM: readonly string[] = ['AccessDeniedException', 'ResourceNotFoundException'];

function isOfItem(error: unknown): error is Error {
  if (error instanceof StoreRefusedError) return !OF_EVERY_ITEM.includes(nameOf(error.cause));
  return error instanceof UnreadableItemError || error instanceof StoreContendedError;
}
