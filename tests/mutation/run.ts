import { candidatesOf } from './candidates.ts';
import type { Candidate } from './mutant.ts';
import { HELP, optionsOf, UsageError, type Options } from './options.ts';
import { described, progress, summary, survivorsOf } from './report.ts';
import { sampleOf } from './sample.ts';
import { runTests } from './test-run.ts';
import { Trials, UnmutatedTestsFailedError, type Trial } from './trials.ts';
import { WorkingCopy } from './working-copy.ts';

const NOT_NOTICED = 1;
const WRONG_USAGE = 2;
const INTERRUPTED = 130;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function run(args: readonly string[], stop: AbortSignal): Promise<number> {
  const options = optionsOf(args);
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const candidates = candidatesOf(options.modules, options.file);
  if (candidates.length === 0) throw new UsageError(`Nothing can be changed in files with "${options.file}"`);
  const mutants = sampleOf(candidates, options.sample, options.seed);
  if (options.list) {
    mutants.map(described).forEach(print);
    return 0;
  }
  print(`${mutants.length} of ${candidates.length} changes, seed ${options.seed}`);
  const trials = await tryInCopies(options, mutants, stop);
  process.stdout.write(`\n${summary(trials)}`);
  return survivorsOf(trials).length > 0 ? NOT_NOTICED : 0;
}

/** Tries mutants in temporary copies of the project, which are removed in any case. */
async function tryInCopies(
  options: Options,
  mutants: readonly Candidate[],
  stop: AbortSignal,
): Promise<Trial[]> {
  const modules = options.modules.filter(({ name }) => mutants.some(({ module }) => module === name));
  const copies: WorkingCopy[] = [];
  // The first run that rejects ends the others, so that none uses a copy that is being removed.
  const failed = new AbortController();
  const signal = AbortSignal.any([stop, failed.signal]);
  const running = new Set<Promise<unknown>>();
  try {
    for (let worker = 0; worker < Math.min(options.workers, mutants.length); worker += 1) {
      copies.push(WorkingCopy.of(process.cwd()));
    }
    const trials = new Trials(copies, (copy, tests, milliseconds) => {
      const testRun = runTests(copy.path, tests, milliseconds, signal);
      running.add(testRun);
      return testRun;
    });
    await trials.measure(modules, ({ name }) => {
      print(`The tests of ${name} pass unchanged`);
    });
    const tried: Trial[] = [];
    const began = performance.now();
    return await trials.tryAll(modules, mutants, (trial) => {
      tried.push(trial);
      if (trial.outcome === 'passed') print(`survived: ${described(trial.mutant)}`);
      print(progress(tried, mutants.length, performance.now() - began));
    });
  } finally {
    failed.abort();
    await Promise.allSettled(running);
    for (const copy of copies) copy.remove();
  }
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted.abort();
  });
}

try {
  process.exitCode = await run(process.argv.slice(2), interrupted.signal);
} catch (error) {
  if (interrupted.signal.aborted) {
    process.exitCode = INTERRUPTED;
  } else if (error instanceof UsageError) {
    process.stderr.write(`${error.message}. See --help.\n`);
    process.exitCode = WRONG_USAGE;
  } else if (error instanceof UnmutatedTestsFailedError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = NOT_NOTICED;
  } else throw error;
}
