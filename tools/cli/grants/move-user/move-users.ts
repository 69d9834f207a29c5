import type { Roles } from '../../../../lib/grants/index.ts';
import {
  BY_PRINCIPAL,
  documentOfPartition,
  grantsTo,
  type StartKey,
  type Table,
} from '../../../../lib/table/index.ts';
import { inParallelToTheEnd } from '../in-parallel-to-the-end.ts';
import { moveGrant, type MoveContext, type Outcome } from './move-grant.ts';
import type { Pair } from './user-pairs.ts';
import { Stopped } from '../../stopped.ts';

/** The input of a move of persons, and the functions that it calls. */
export interface MoveTask extends MoveContext {
  readonly table: Table;
  readonly roles: Roles;
  readonly pairs: readonly Pair[];
  /** Stops the run after the transactions that are under way. */
  readonly signal: AbortSignal;
  /** Is called for each grant that was or would be moved, or was left. */
  readonly onGrant: (
    pair: Pair,
    documentId: string,
    outcome: Exclude<Outcome, { kind: 'nothing' }>,
  ) => void | Promise<void>;
  /** Is called after every pair. */
  readonly onProgress: (progress: MoveProgress) => void;
}

/** The progress of a move of persons. */
export interface MoveProgress {
  /** The number of pairs whose grants were all looked at. */
  readonly pairs: number;
  /** The number of grants that were moved, or would be. */
  readonly moved: number;
  /** The number of those that cover private layers. */
  readonly withPrivateLayer: number;
  /** The number of grants that were left as they are. */
  readonly left: number;
  /** The number of grants that were found only at the second look, or a later one. */
  readonly foundLater: number;
  /** False if the last look still found grants to move. */
  readonly isComplete: boolean;
}

/** A move stopped before its end. The same call again continues. */
export class MoveStopped extends Stopped<MoveProgress> {
  override readonly name = 'MoveStopped';
}

// Together they stay below the 50 connections of the AWS SDK.
const PAIRS_AT_A_TIME = 6;
const DOCUMENTS_AT_A_TIME = 8;

/** The number of grants in one query. */
const PAGE = 250;

/** The most looks at the grants of all pairs. */
const LOOKS = 5;

/**
 * Moves the grants of persons to other user ids. No part of it depends on an earlier run: it moves each grant that it finds under a
 * former user id, and a moved grant is not found again.
 *
 * The index of a user's grants is eventually consistent. So it looks again until it finds nothing more to move. A grant that was set
 * seconds before can still be missing from the index then.
 *
 * @throws MoveStopped on the signal, and if the table cannot be read or written
 */
export async function moveUsers(task: MoveTask): Promise<MoveProgress> {
  const run = new MoveRun(task);
  try {
    await run.look(0);
    // A dry run would find the same grants again.
    for (let look = 1; look < LOOKS && !task.isDryRun; look += 1) {
      const before = run.progress.moved;
      await run.look(look);
      if (run.progress.moved === before) return run.progress;
    }
    return { ...run.progress, isComplete: task.isDryRun };
  } catch (error) {
    if (error instanceof MoveStopped) throw error;
    throw new MoveStopped(error instanceof Error ? error.message : String(error), run.progress, error);
  }
}

class MoveRun {
  progress: MoveProgress = {
    pairs: 0,
    moved: 0,
    withPrivateLayer: 0,
    left: 0,
    foundLater: 0,
    isComplete: true,
  };
  readonly #task: MoveTask;
  /** The grants that were left, so that a later look does not count them again. */
  readonly #left = new Set<string>();
  #failed = false;

  constructor(task: MoveTask) {
    this.#task = task;
  }

  /** Looks at the grants of all pairs once. @param number - of this look, from 0 */
  async look(number: number): Promise<void> {
    const { pairs, signal } = this.#task;
    const lookAt = async (pair: Pair): Promise<void> => {
      for await (const documentIds of this.#pages(pair.from)) {
        await inParallelToTheEnd(documentIds, DOCUMENTS_AT_A_TIME, async (documentId) => {
          if (this.#stops) return;
          await this.#orStop(async () => {
            await this.#count(pair, documentId, await moveGrant(documentId, pair, this.#task), number);
          });
        });
      }
      if (this.#stops) return;
      if (number === 0) this.progress = { ...this.progress, pairs: this.progress.pairs + 1 };
      this.#task.onProgress(this.progress);
    };
    await inParallelToTheEnd(pairs, PAIRS_AT_A_TIME, (pair) => this.#orStop(() => lookAt(pair)));
    if (signal.aborted) throw new MoveStopped('Interrupted', this.progress);
  }

  /** True if nothing more is to begin. */
  get #stops(): boolean {
    return this.#failed || this.#task.signal.aborted;
  }

  /** Lets nothing more begin if some work fails. */
  async #orStop(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  /** Reads the documents on which a user has a grant, page by page. */
  async *#pages(userId: string): AsyncGenerator<string[]> {
    let start: StartKey | undefined;
    do {
      if (this.#stops) return;
      const page = await this.#task.table.query(grantsTo({ kind: 'user', id: userId }, ''), {
        index: BY_PRINCIPAL,
        limit: PAGE,
        ...(start && { start }),
      });
      yield page.items.map(({ pk }) => documentOfPartition(pk));
      start = page.next;
    } while (start);
  }

  async #count(pair: Pair, documentId: string, outcome: Outcome, look: number): Promise<void> {
    if (outcome.kind === 'nothing') return;
    const { moved, withPrivateLayer, left, foundLater } = this.progress;
    const grant = JSON.stringify([documentId, pair.from]);
    if (outcome.kind === 'moved') {
      this.progress = {
        ...this.progress,
        moved: moved + 1,
        withPrivateLayer: withPrivateLayer + (outcome.from.privateLayer ? 1 : 0),
        foundLater: foundLater + (look > 0 ? 1 : 0),
        // Another person has mended it since.
        left: this.#left.delete(grant) ? left - 1 : left,
      };
    } else {
      if (this.#left.has(grant)) return;
      this.#left.add(grant);
      this.progress = { ...this.progress, left: left + 1 };
    }
    await this.#task.onGrant(pair, documentId, outcome);
  }
}
