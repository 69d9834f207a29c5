/** One row of the report. Each lies in a file of its own under measurements/, and run.ts lists them. */
export interface Measurement {
  /** What is measured, and against what. */
  readonly what: string;
  readonly budget: Budget;
  /** An exact count does not depend on how busy the machine is, so a broken one fails the run. */
  readonly exact: boolean;
  measure(): Promise<Outcome | NotMeasured>;
}

/** What a measurement found. */
export interface Outcome {
  readonly value: number;
  /** How the value came about, one sentence each: absolute figures, and what was measured how often. */
  readonly notes: readonly string[];
}

/** Why a measurement was not taken, and what to do about it. */
export interface NotMeasured {
  readonly notMeasured: string;
}

/** The bound that a measured value is held to. */
export interface Budget {
  readonly shown: string;
  holds(value: number): boolean;
  /** The value as the report shows it, in the budget's unit. */
  show(value: number): string;
}

/** At most so much. */
export function atMost(bound: number, show = ratio): Budget {
  return { shown: `≤ ${show(bound)}`, holds: (value) => value <= bound, show };
}

/** At least so much. */
export function atLeast(bound: number, show = ratio): Budget {
  return { shown: `≥ ${show(bound)}`, holds: (value) => value >= bound, show };
}

/** Exactly so much. */
export function exactly(bound: number, show = String): Budget {
  return { shown: show(bound), holds: (value) => value === bound, show };
}

/** A ratio, to two digits after the point where it is small. */
function ratio(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
