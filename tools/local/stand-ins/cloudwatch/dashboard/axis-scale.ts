/** A scale from 0, with round numbers. */
export interface AxisScale {
  /** The values with a line across the graph. The first is the lower end, the last the upper one. */
  readonly ticks: readonly number[];
  /** Places a value: 0 at the lower end, 1 at the upper one. */
  readonly at: (value: number) => number;
}

const STEPS = 4;

/**
 * Makes a scale for values.
 *
 * @param whole - the values are whole numbers, and so are the ticks
 */
export function axisScale(values: readonly number[], whole: boolean): AxisScale {
  const top = Math.max(0, ...values);
  const bottom = Math.min(0, ...values);
  const step = roundStep((top - bottom) / STEPS, whole);
  const first = Math.floor(bottom / step);
  const last = Math.max(first + 1, Math.ceil(top / step));
  const ticks = Array.from({ length: last - first + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  );
  const [low, high] = [first * step, last * step];
  return { ticks, at: (value) => (value - low) / (high - low) };
}

/** Rounds a step up to 1, 2 or 5 times a power of ten. */
function roundStep(step: number, whole: boolean): number {
  if (step <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((it) => it * power >= step * (1 - 1e-9)) ?? 10;
  return whole ? Math.max(1, factor * power) : factor * power;
}
