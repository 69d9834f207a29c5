import { type Choose } from './interleaving.ts';

/** The controls of a run. */
export interface Steering {
  /** Chooses one of so many possible next steps. */
  readonly choose: Choose;
  /**
   * Reports the state of the run, before a choice or at the end. Two runs in the same state continue alike after the
   * same choices, so the second is cut off here by an exception.
   *
   * @param state - not called while the run repeats earlier choices
   */
  readonly at: (state: () => string) => void;
}

/** The extent of an exploration. */
export interface Explored {
  /** The number of sequences of choices. The exploration covers the outcome of each. */
  readonly sequences: bigint;
  /** The number of different states on the way. */
  readonly states: number;
  /** The number of runs. */
  readonly runs: number;
}

// Thrown very often. A new error each time would take longer than the rest of the run that it cuts off.
const SEEN_BEFORE = new Error('a run was in this state before');

interface Choice {
  taken: number;
  readonly of: number;
  /** The state before the choice, if it was reported. */
  readonly state: string | undefined;
  /** The number of explored sequences that begin with this choice. */
  sequences: bigint;
}

/**
 * Runs something until the outcome of every sequence of choices has been seen. Unlike `exhaust`, it runs the common
 * remainder of two sequences only once.
 *
 * @param run - makes its choices anew each time, and the same ones after the same answers
 * @throws the error of a run
 */
export async function explore(run: (steering: Steering) => Promise<void>): Promise<Explored> {
  const seen = new Map<string, bigint>();
  const path: Choice[] = [];
  let total = 0n;
  let runs = 0;
  do {
    runs += 1;
    const sequences = await follow(run, path, seen);
    total += leave(path, sequences, seen);
  } while (path.length > 0);
  return { sequences: total, states: seen.size, runs };
}

/** Follows the path, and continues to the end. @returns the number of sequences that end beyond it */
async function follow(
  run: (steering: Steering) => Promise<void>,
  path: Choice[],
  seen: Map<string, bigint>,
): Promise<bigint> {
  let depth = 0;
  let state: string | undefined;
  let before: bigint | undefined;
  try {
    await run({
      choose: (of) => {
        const next = (path[depth] ??= { taken: 0, of, state, sequences: 0n });
        if (next.of !== of) throw new TypeError('a run did not repeat its earlier choices');
        depth += 1;
        state = undefined;
        return next.taken;
      },
      at: (stateOf) => {
        if (depth < path.length) return;
        const now = stateOf();
        before = seen.get(now);
        if (before !== undefined) throw SEEN_BEFORE;
        state = now;
      },
    });
    if (state !== undefined) seen.set(state, 1n);
    return 1n;
  } catch (error) {
    if (error === SEEN_BEFORE && before !== undefined) return before;
    throw error;
  }
}

/** Returns to the last choice with another option, and takes that. @returns the number to add to the total */
function leave(path: Choice[], sequences: bigint, seen: Map<string, bigint>): bigint {
  let ended = sequences;
  for (;;) {
    const last = path.at(-1);
    if (last === undefined) return ended;
    last.sequences += ended;
    last.taken += 1;
    if (last.taken < last.of) return 0n;
    path.pop();
    if (last.state !== undefined) seen.set(last.state, last.sequences);
    ended = last.sequences;
  }
}
