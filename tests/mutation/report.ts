import type { Candidate } from './mutant.ts';
import type { Trial } from './trials.ts';

const LONGEST_EXCERPT = 100;

/** Describes a mutant in one line: place, kind, and the change. */
export function described({ file, line, kind, code, becomes }: Candidate): string {
  return `${file}:${line} ${kind}  ${excerpt(code)}  ->  ${excerpt(becomes)}`;
}

function excerpt(code: string): string {
  const line = code.replaceAll(/\s+/g, ' ');
  if (line === '') return '(nothing)';
  return line.length > LONGEST_EXCERPT ? `${line.slice(0, LONGEST_EXCERPT)}…` : line;
}

/** Describes how far a run is, and estimates the time that is left from the time so far. */
export function progress(trials: readonly Trial[], all: number, milliseconds: number): string {
  const minutes = Math.ceil(((milliseconds / trials.length) * (all - trials.length)) / 60_000);
  const left = trials.length === all ? 'done' : `about ${minutes} min left`;
  return `${trials.length} of ${all}, ${survivorsOf(trials).length} survived, ${left}`;
}

/** Lists the mutants that no test noticed, by file and line. */
export function survivorsOf(trials: readonly Trial[]): Candidate[] {
  return trials
    .filter(({ outcome }) => outcome === 'passed')
    .map(({ mutant }) => mutant)
    .sort((one, other) => one.file.localeCompare(other.file) || one.start - other.start);
}

/** Describes the result: how many mutants of each module were noticed, and every survivor. */
export function summary(trials: readonly Trial[]): string {
  const modules = [...Map.groupBy(trials, ({ mutant }) => mutant.module)].sort(([one], [other]) =>
    one.localeCompare(other),
  );
  const survivors = survivorsOf(trials);
  return [
    ...modules.map(([name, ofModule]) => line(name, ofModule)),
    line('all', trials),
    ...(survivors.length > 0 ? ['', 'No test noticed:', ...survivors.map(described)] : []),
    '',
  ].join('\n');
}

function line(name: string, trials: readonly Trial[]): string {
  const late = trials.filter(({ outcome }) => outcome === 'late').length;
  const noticed = `${trials.length - survivorsOf(trials).length} of ${trials.length} noticed`;
  return `${name.padEnd(16)} ${noticed}${late > 0 ? `, ${late} of them by the time limit` : ''}`;
}
