import { type Choose } from './interleaving.ts';

/** What a run is steered by. */
export interface Steering {
  /** One of so many things that may come next. */
  readonly choose: Choose;
  /**
   * Says in what state the run is. Two runs that are in one state go on alike for the same choices, so the second is broken
   * off here, by throwing. Said before a choice, or at the end.
   *
   * @param state - not asked for on a way that was gone before
   */
  readonly at: (state: () => string) => void;
}

/** How much was explored. */
export interface Explored {
  /** How many sequences of choices there are; all lead to what was looked at. */
  readonly sequences: bigint;
  /** How many states had to be looked at for that. */
  readonly states: number;
  /** How many runs that took. */
  readonly runs: number;
}

// Thrown so often that making one each time would take longer than what it breaks off.
const SEEN_BEFORE = new Error('a run was in this state before');

interface Choice {
  taken: number;
  readonly of: number;
  /** The state that the choice is made in, where it was said. */
  readonly state: string | undefined;
  /** How many sequences begin with this choice, of those explored. */
  sequences: bigint;
}

/**
 * Runs something so often that everything that any sequence of choices leads to is seen. In contrast to `exhaust`, what two
 * sequences lead to alike is seen once.
 *
 * @param run - makes its choices anew each time, and the same ones as long as they are answered the same
 * @throws what a run throws
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

/** Goes the way of the path and on to the end. @returns how many sequences end beyond it */
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
        if (next.of !== of) throw new TypeError('a run did not go the way it went before');
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

/** Goes back to the last choice that has another way to go, and takes it. @returns what is added to the total */
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
