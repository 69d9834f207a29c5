import { percentile } from './percentile.ts';

/** A piece of work that is measured in slices, each with the same number of calls. */
export class Work {
  readonly #call: () => unknown;
  readonly #callsPerSlice: number;

  /** The mean time of a call in each slice, in microseconds. */
  readonly times: number[] = [];

  constructor(call: () => unknown, callsPerSlice: number) {
    this.#call = call;
    this.#callsPerSlice = callsPerSlice;
  }

  /** Runs one slice. @returns the mean time of a call, in microseconds */
  async slice(): Promise<number> {
    const start = performance.now();
    for (let made = 0; made < this.#callsPerSlice; made += 1) await this.#call();
    return ((performance.now() - start) * 1000) / this.#callsPerSlice;
  }
}

/**
 * Measures pieces of work in one process, in alternating slices, so that other processes and the machine's clock speed
 * affect all of them alike. Every other round runs them in reverse, as each slice finds the caches as its neighbour
 * left them.
 *
 * @param warmUp - the number of first rounds, which do not count
 */
export async function alternate(works: readonly Work[], rounds: number, warmUp: number): Promise<void> {
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const work of round % 2 === 0 ? works : works.toReversed()) {
      const time = await work.slice();
      if (round >= 0) work.times.push(time);
    }
  }
}

/**
 * Estimates the time of a call without other processes: a tenth of the slices take less. On an idle machine that is
 * nearly the median. On a busy one most slices are interrupted, the more often the longer they wait for other threads.
 */
export function undisturbed({ times }: Work): number {
  return percentile(times, 10);
}

/** Computes the median. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}
