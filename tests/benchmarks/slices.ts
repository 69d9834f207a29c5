/** A piece of work that is measured in slices of so many calls. */
export class Work {
  readonly #call: () => unknown;
  readonly #callsPerSlice: number;
  readonly #concurrency: number;

  /** What one call took in each slice, in microseconds: the slice's mean. */
  readonly times: number[] = [];

  /** @param concurrency - how many calls are under way at once */
  constructor(call: () => unknown, callsPerSlice: number, concurrency = 1) {
    this.#call = call;
    this.#callsPerSlice = callsPerSlice;
    this.#concurrency = concurrency;
  }

  /** Runs one slice. @returns what one call took, in microseconds */
  async slice(): Promise<number> {
    let left = this.#callsPerSlice;
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await this.#call();
      }
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: this.#concurrency }, lane));
    return ((performance.now() - start) * 1000) / this.#callsPerSlice;
  }
}

/**
 * Measures pieces of work in one process, in slices that alternate, so that other processes and the machine's clock speed hit all of
 * them alike. Every other round runs them in reverse, as each slice finds the caches as its neighbour left them.
 *
 * @param warmUp - so many rounds come first that do not count
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
 * What a call takes when other processes leave it alone: the time that a tenth of the slices keep below. On an idle machine that is
 * nearly the median; on a busy one most slices are interrupted, and the longer they wait for other threads, the more.
 */
export function undisturbed({ times }: Work): number {
  return quantile(times, 0.1);
}

/** The median. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const value = values.toSorted((one, other) => one - other)[Math.floor(values.length * share)];
  if (value === undefined) throw new RangeError('Nothing was measured');
  return value;
}
