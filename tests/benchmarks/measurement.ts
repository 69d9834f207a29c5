/** One row of the report. Each has a file under measurements/, and run.ts lists them. */
export interface Measurement {
  /** The measured quantity, and the one that it is compared with. */
  readonly what: string;
  readonly budget: Budget;
  /** An exact count does not depend on how busy the machine is, so a broken one fails the run. */
  readonly exact: boolean;
  measure(): Promise<Outcome | NotMeasured>;
}

/** The result of a measurement. */
export interface Outcome {
  readonly value: number;
  /** Notes on the value, one sentence each: absolute figures, and the number of repetitions. */
  readonly notes: readonly string[];
}

/** The reason for a missing measurement, and the way to get it. */
export interface NotMeasured {
  readonly notMeasured: string;
}

/** The bound for a measured value. */
export interface Budget {
  readonly shown: string;
  holds(value: number): boolean;
  /** The value as the report shows it, in the budget's unit. */
  show(value: number): string;
}

/** Makes a budget that a value must not exceed. */
export function atMost(bound: number, show = ratio): Budget {
  return { shown: `≤ ${show(bound)}`, holds: (value) => value <= bound, show };
}

/** Makes a budget that a value must reach. */
export function atLeast(bound: number, show = ratio): Budget {
  return { shown: `≥ ${show(bound)}`, holds: (value) => value >= bound, show };
}

/** Makes a budget of exactly one value. */
export function exactly(bound: number, show = String): Budget {
  return { shown: show(bound), holds: (value) => value === bound, show };
}

/** Writes a ratio, with two digits after the point if it is small. */
function ratio(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
