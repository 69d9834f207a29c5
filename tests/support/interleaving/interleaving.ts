/**
 * One of several concurrent activities. It awaits `step` before each action that another could precede. With `fork` it
 * begins another activity, which first waits at a step.
 */
export type Thread = (step: () => Promise<void>, fork: (thread: Thread) => void) => Promise<void>;

/**
 * Chooses the thread that continues, out of so many. `who`: their places in the list of all threads, if that matters.
 */
export type Choose = (threads: number, who?: readonly number[]) => number;

/**
 * Runs threads so that only one moves at a time: at each step, `choose` picks it. A thread may wait at one step at a
 * time.
 *
 * @throws the error of a thread
 */
export async function interleave(threads: readonly Thread[], choose: Choose): Promise<void> {
  let moved: () => void = () => undefined;
  const waiting = new Map<number, () => void>();
  const done: Promise<void>[] = [];
  const oneMoves = (begin: () => void): Promise<void> =>
    new Promise((resolve) => {
      moved = resolve;
      begin();
    });
  let begun = 0;
  const begin = (thread: Thread, isFork: boolean): void => {
    const index = begun;
    begun += 1;
    // The thread that forks still moves: the first step of the new one does not end its move.
    let endsMove = !isFork;
    const step = (): Promise<void> =>
      new Promise((resolve) => {
        waiting.set(index, resolve);
        if (endsMove) moved();
        endsMove = true;
      });
    const fork = (other: Thread): void => {
      begin(other, true);
    };
    done.push(
      thread(step, fork).finally(() => {
        moved();
      }),
    );
  };
  for (const thread of threads) {
    await oneMoves(() => {
      begin(thread, false);
    });
  }
  while (waiting.size > 0) {
    const able = [...waiting.keys()].sort((one, other) => one - other);
    const next = able[able.length === 1 ? 0 : choose(able.length, able)];
    const goOn = next === undefined ? undefined : waiting.get(next);
    if (next === undefined || goOn === undefined) throw new RangeError('the chosen thread does not wait');
    waiting.delete(next);
    await oneMoves(goOn);
  }
  await Promise.all(done);
}

/**
 * Runs something once for every sequence of choices.
 *
 * @param run - makes its choices anew each time, and the same ones after the same answers
 * @returns the number of sequences
 */
export async function exhaust(run: (choose: Choose) => Promise<void>): Promise<number> {
  let runs = 0;
  let path: { choice: number; readonly of: number }[] = [];
  do {
    let depth = 0;
    await run((of) => {
      const taken = path[depth] ?? { choice: 0, of };
      path[depth] = taken;
      depth += 1;
      return taken.choice;
    });
    runs += 1;
    path = path.slice(0, depth);
    while (path.length > 0 && path.at(-1)?.choice === (path.at(-1)?.of ?? 0) - 1) path.pop();
    const last = path.at(-1);
    if (last) last.choice += 1;
  } while (path.length > 0);
  return runs;
}
