import type { Axis } from './report.ts';

/** The place of values along an axis. */
export interface AxisScale {
  /** The labelled values. */
  readonly ticks: readonly number[];
  /** Computes the place of a value: 0 at the beginning of the axis, 1 at its end. */
  readonly place: (value: number) => number;
}

/** The smallest number of labelled steps of a linear axis. */
const STEPS = 4;

/** The largest number of labelled values of a logarithmic axis. */
const MOST_POWERS = 8;

/**
 * Fits an axis to values.
 *
 * @throws RangeError without a value, for a value that is no finite number, and for one below or at 0 on a logarithmic axis
 */
export function axisScale({ label, scale = 'linear' }: Axis, values: readonly number[]): AxisScale {
  if (values.length === 0) throw new RangeError(`The axis "${label}" has no values.`);
  const wrong = values.find((value) => !Number.isFinite(value) || (scale === 'log' && value <= 0));
  if (wrong !== undefined)
    throw new RangeError(`The axis "${label}" cannot show the value ${wrong} (${scale}).`);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return scale === 'log' ? logarithmic(least, most) : linear(Math.min(0, least), Math.max(0, most));
}

function linear(least: number, most: number): AxisScale {
  const step = roundStep((most - least) / STEPS);
  const [first, last] = [
    Math.floor(least / step),
    Math.max(Math.ceil(most / step), Math.floor(least / step) + 1),
  ];
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { ticks, place: (value) => (value / step - first) / (last - first) };
}

/** Rounds a step down to 1, 2 or 5 times a power of ten. */
function roundStep(step: number): number {
  if (step <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [5, 2].find((it) => it * power <= step) ?? 1;
  return factor * power;
}

function logarithmic(least: number, most: number): AxisScale {
  const first = Math.floor(Math.log10(least));
  const last = Math.max(Math.ceil(Math.log10(most)), first + 1);
  const every = Math.ceil((last - first) / MOST_POWERS);
  const powers = Array.from(
    { length: Math.floor((last - first) / every) + 1 },
    (_, index) => first + index * every,
  );
  return {
    ticks: powers.map((power) => 10 ** power),
    place: (value) => (Math.log10(value) - first) / (last - first),
  };
}

const NUMBER = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** Writes a value as plots and tables show it, with four digits at most that are not zero. */
export function shown(value: number): string {
  return NUMBER.format(value);
}
