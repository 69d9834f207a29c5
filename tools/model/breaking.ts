import { limitsOf, type LimitUse, type ModelSettings } from './limits.ts';
import { loadOf, type Load, type Shape } from './loads.ts';

/** A limit, and the usual tokens a second at which a load of a shape reaches it. */
export interface Breaking extends LimitUse {
  /** The rate of a usual day; Infinity = none that can be computed. */
  readonly breaksAt: number;
}

/** The answer to a load. */
export interface Verdict {
  readonly load: Load;
  /** All limits, the one that breaks first at the beginning. Limits that break at the same rate keep their order on the way of a request. */
  readonly limits: readonly Breaking[];
}

/** The highest rate that is looked at, in tokens a second. */
const HIGHEST = 1e9;

/** The steps of the search by halves: each halves the distance to the rate, so the last is far below a millionth. */
const STEPS = 60;

/** Computes the order in which limits break under a load. */
export function verdictOn(shape: Shape, tokensPerSecond: number, settings: ModelSettings): Verdict {
  const load = loadOf(shape, tokensPerSecond, settings.use);
  const limits = limitsOf(load, settings).map((limit, at) => ({
    ...limit,
    breaksAt: breakingRate((rate) => isBroken(limitsOf(loadOf(shape, rate, settings.use), settings)[at])),
  }));
  return { load, limits: limits.toSorted((one, other) => orderOf(one.breaksAt, other.breaksAt)) };
}

/** Tells whether a load uses more than a limit allows. */
export function isBroken(limit: LimitUse | undefined): boolean {
  return limit !== undefined && limit.used > limit.limit;
}

/** Finds the lowest rate at which a limit breaks. A higher rate never mends it. */
function breakingRate(breaks: (rate: number) => boolean): number {
  if (!breaks(HIGHEST)) return Infinity;
  let [holds, broken] = [0, HIGHEST];
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (holds + broken) / 2;
    if (breaks(middle)) broken = middle;
    else holds = middle;
  }
  return broken;
}

function orderOf(one: number, other: number): number {
  // The search is exact to a millionth, and limits that are met together must not change places by it.
  return Math.abs(one - other) <= 1e-6 * Math.min(one, other) || one === other ? 0 : one - other;
}
