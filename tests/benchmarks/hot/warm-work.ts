import { percentile } from '../percentile.ts';

/** The times of a piece of work. */
export interface WorkTimes {
  /** The time of each call, in microseconds. */
  readonly times: readonly number[];
  /** The processor time of a call in each slice, of all threads, in microseconds. */
  readonly processor: readonly number[];
  /** The part of it that the main thread used. */
  readonly mainThread: readonly number[];
}

/** A piece of work to measure. */
export interface WarmWork {
  readonly call: () => Promise<unknown>;
  /** The calls in each slice. */
  readonly calls: number;
}

/**
 * Measures pieces of work in one process, slice by slice in turns, so that other processes affect all of them alike. Every other round
 * runs in reverse, as each slice finds the caches as its neighbour left them.
 *
 * @param warmUp - the number of first rounds, which do not count
 */
export async function timesInTurns<Name extends string>(
  works: Readonly<Record<Name, WarmWork>>,
  rounds: number,
  warmUp: number,
): Promise<Readonly<Record<Name, WorkTimes>>> {
  const measured = (Object.entries(works) as [Name, WarmWork][]).map(([name, work]) => ({
    name,
    work,
    times: [] as number[],
    processor: [] as number[],
    mainThread: [] as number[],
  }));
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const one of round % 2 === 0 ? measured : measured.toReversed()) {
      const slice = await sliceOf(one.work);
      if (round < 0) continue;
      one.times.push(...slice.times);
      one.processor.push(slice.processor);
      one.mainThread.push(slice.mainThread);
    }
  }
  const entries = measured.map(({ name, times, processor, mainThread }) => [
    name,
    { times, processor, mainThread },
  ]);
  return Object.fromEntries(entries) as Record<Name, WorkTimes>;
}

async function sliceOf({ call, calls }: WarmWork): Promise<{
  readonly times: readonly number[];
  readonly processor: number;
  readonly mainThread: number;
}> {
  const times: number[] = [];
  const [process0, thread0] = [process.cpuUsage(), process.threadCpuUsage()];
  for (let made = 0; made < calls; made += 1) {
    const began = performance.now();
    await call();
    times.push((performance.now() - began) * 1000);
  }
  const [all, main] = [process.cpuUsage(process0), process.threadCpuUsage(thread0)];
  return {
    times,
    processor: (all.user + all.system) / calls,
    mainThread: (main.user + main.system) / calls,
  };
}

/** Computes the median of times divided by the median of others. */
export function ratioOfMedians(one: readonly number[], other: readonly number[]): number {
  return percentile(one, 50) / percentile(other, 50);
}
