import type { Seconds } from '../../lib/runtime/time.ts';
import type { CountedUse, MintUseName } from './counted-use.ts';

/** The shapes of a load. */
export const SHAPES = ['steady', 'outage', 'nine-o-clock'] as const;

/** The shape of a load: steady, or a herd. */
export type Shape = (typeof SHAPES)[number];

/** A load: the tokens that are asked for, and their spread. */
export interface Load {
  readonly shape: Shape;
  /** The tokens a second on a usual day. They tell the number of users who hold tokens. */
  readonly tokensPerSecond: number;
  /** The users who hold tokens on a usual day. In a herd, all of them ask. */
  readonly users: number;
  /** The time in which the herd asks; Infinity for a steady load. */
  readonly within: Seconds;
  /** The tokens a second at the peak. */
  readonly peak: number;
  readonly mint: MintUseName;
  /** True if no process waits for the requests: all of the first ones start a process each. */
  readonly isCold: boolean;
}

/** The time in which people come at nine o'clock. It is assumed. */
export const ARRIVAL: Seconds = 300;

const MINTS: Readonly<Record<Shape, MintUseName>> = {
  steady: 'renewal',
  outage: 'afterAbsence',
  'nine-o-clock': 'first',
};

/** Makes the load of a shape for the tokens a second of a usual day. */
export function loadOf(shape: Shape, tokensPerSecond: number, { refresh, backoff }: CountedUse): Load {
  const users = (tokensPerSecond * (refresh.earliest + refresh.latest)) / 2;
  const within = { steady: Infinity, outage: backoff, 'nine-o-clock': ARRIVAL }[shape];
  const peak = shape === 'steady' ? tokensPerSecond : users / within;
  return {
    shape,
    tokensPerSecond,
    users,
    within,
    peak,
    mint: MINTS[shape],
    isCold: shape !== 'steady',
  };
}

/** The number of waves after a herd that {@link wavesOf} computes. */
const WAVES = 4;

/**
 * Computes the peaks of a herd and of the waves that follow it, in tokens a second. All clients of a wave ask again at their
 * `refreshAt`, which is one of the whole seconds between two times, each as likely. So each wave is the one before, spread over them.
 */
export function wavesOf({ users, within }: Load, { refresh }: CountedUse): number[] {
  const waves = [Array.from({ length: within }, () => users / within)];
  while (waves.length <= WAVES)
    waves.push(spreadOver(waves.at(-1) ?? [], refresh.latest - refresh.earliest + 1));
  return waves.map((wave) => wave.reduce((most, one) => Math.max(most, one), 0));
}

/** Spreads the arrivals of each second evenly over as many following seconds. */
function spreadOver(wave: readonly number[], seconds: Seconds): number[] {
  const result: number[] = [];
  let sum = 0;
  for (let second = 0; second < wave.length + seconds - 1; second += 1) {
    sum += (wave[second] ?? 0) - (wave[second - seconds] ?? 0);
    result.push(sum / seconds);
  }
  return result;
}
