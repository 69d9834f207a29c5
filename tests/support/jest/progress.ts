/** Milliseconds that files took in an earlier run, by their paths from the project's root. */
export type Durations = Readonly<Record<string, number>>;

/** The state of a run of test files. */
export interface Progress {
  readonly filesDone: number;
  readonly files: number;
  readonly testsDone: number;
  readonly testsFailed: number;
  /** The milliseconds since the run began. */
  readonly elapsed: number;
  /** The part of the run's work that is done, from 0 to 1; undefined if it cannot be told. */
  readonly share: number | undefined;
  /** Files that have begun and not ended. */
  readonly running: readonly string[];
}

/** The least share from which the time that is left can be estimated. */
const ENOUGH = 0.05;

/** Writes a number of milliseconds in minutes and seconds: "45 s", "2 min 5 s". */
export function inMinutes(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Writes the state of a run in one line, with the time that is left and the names of the files that run. */
export function progressLine(progress: Progress): string {
  const { filesDone, files, testsDone, testsFailed, elapsed, share, running } = progress;
  return [
    `${filesDone} of ${files} files`,
    `${testsDone} tests`,
    `${testsFailed} failed`,
    inMinutes(elapsed),
    ...(share !== undefined && share >= ENOUGH && filesDone < files
      ? [`about ${inMinutes((elapsed / share) * (1 - share))} left`]
      : []),
    ...(running.length > 0 ? [`running ${running.join(' and ')}`] : []),
  ].join(', ');
}

/**
 * Weighs the files that are done against all files of a run, by the time that each took before. A file that has never
 * run counts as much as the average. If none has, the result is undefined: the long files come first, so their number
 * tells nothing about the time.
 *
 * @param done - paths of the files that have ended
 * @param files - the number of all files
 * @param known - the durations of the same suite's last run
 */
export function shareDone(done: readonly string[], files: number, known: Durations): number | undefined {
  const measured = Object.values(known);
  if (measured.length === 0) return undefined;
  const average = sum(measured) / measured.length;
  const total = sum(measured) + Math.max(0, files - measured.length) * average;
  return Math.min(1, sum(done.map((file) => known[file] ?? average)) / total);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
