import { percentile } from '../percentile.ts';
import { median } from '../slices.ts';

/** A call to measure. */
export type Timed = () => unknown;

/** The processor time of a call, of all threads of the process, in microseconds. */
export interface CpuTime {
  readonly median: number;
  readonly p90: number;
}

/** The processor time of a slice, in microseconds. A shorter one would measure the calls of the measurement. */
const SLICE = 4000;
const MOST_CALLS = 4096;
const WARM_UP = 3;
const ROUNDS = 25;

/**
 * Measures the processor time of calls in turns: a slice of each, again and again, every other round in reverse. The caches, the
 * machine's clock speed and the garbage of the others then affect all alike. Time of other processes does not count.
 *
 * @returns a function from a call to its time
 */
export async function cpuTimes(calls: readonly Timed[]): Promise<(call: Timed) => CpuTime> {
  const works: { readonly call: Timed; readonly count: number; readonly times: number[] }[] = [];
  for (const call of calls) works.push({ call, count: await callsOfSlice(call), times: [] });
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const { call, count, times } of round % 2 === 0 ? works : works.toReversed()) {
      const time = (await spentBy(call, count)) / count;
      if (round >= 0) times.push(time);
    }
  }
  return (call) => {
    const times = works.find((work) => work.call === call)?.times ?? [];
    return { median: median(times), p90: percentile(times, 90) };
  };
}

async function callsOfSlice(call: Timed): Promise<number> {
  let calls = 1;
  while (calls < MOST_CALLS && (await spentBy(call, calls)) < SLICE) calls *= 2;
  return calls;
}

async function spentBy(call: Timed, calls: number): Promise<number> {
  const before = process.cpuUsage();
  for (let left = calls; left > 0; left -= 1) await call();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
