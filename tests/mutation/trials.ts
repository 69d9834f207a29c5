import { testsOf, type Module } from './modules.ts';
import type { Candidate } from './mutant.ts';
import type { TestRun } from './test-run.ts';
import type { WorkingCopy } from './working-copy.ts';

/** The result of the tests with a mutant. */
export interface Trial {
  readonly mutant: Candidate;
  /** "passed" is a mutant that survived. */
  readonly outcome: TestRun['outcome'];
}

/** A module's tests fail although nothing is changed, so no mutant can be judged. */
export class UnmutatedTestsFailedError extends Error {
  override readonly name = 'UnmutatedTestsFailedError';
}

/** Runs tests in a copy for at most so many milliseconds. */
export type RunTests = (
  copy: WorkingCopy,
  tests: readonly string[],
  milliseconds: number,
) => Promise<TestRun>;

const LONGEST_UNMUTATED = 15 * 60_000;
// The machine may have become slower since the unmutated tests ran.
const TIMES_UNMUTATED = 4;
const MARGIN = 20_000;

/** Runs each module's tests unmutated, and then with each mutant. Every copy is used by one run at a time. */
export class Trials {
  readonly #copies: readonly WorkingCopy[];
  readonly #runTests: RunTests;
  readonly #limits = new Map<string, number>();

  constructor(copies: readonly WorkingCopy[], runTests: RunTests) {
    this.#copies = copies;
    this.#runTests = runTests;
  }

  /** Measures the unmutated tests of modules. @throws UnmutatedTestsFailedError with jest's report */
  async measure(modules: readonly Module[], measured: (module: Module, run: TestRun) => void): Promise<void> {
    await this.#each(modules, async (copy, module) => {
      const run = await this.#runTests(copy, testsOf(module), LONGEST_UNMUTATED);
      if (run.outcome !== 'passed') {
        throw new UnmutatedTestsFailedError(
          `The tests of ${module.name} fail without a mutant:\n${run.report}`,
        );
      }
      this.#limits.set(module.name, TIMES_UNMUTATED * run.milliseconds + MARGIN);
      measured(module, run);
    });
  }

  /** Tries mutants of modules that were measured. */
  async tryAll(
    modules: readonly Module[],
    mutants: readonly Candidate[],
    tried: (trial: Trial) => void,
  ): Promise<Trial[]> {
    const tests = new Map(modules.map((module) => [module.name, testsOf(module)]));
    const trials: Trial[] = [];
    await this.#each(mutants, async (copy, mutant) => {
      const { outcome } = await copy.during(mutant, () =>
        this.#runTests(copy, tests.get(mutant.module) ?? [], this.#limits.get(mutant.module) ?? 0),
      );
      const trial = { mutant, outcome };
      trials.push(trial);
      tried(trial);
    });
    return trials;
  }

  /** Hands each item to the next copy that is free. */
  async #each<T>(items: readonly T[], use: (copy: WorkingCopy, item: T) => Promise<void>): Promise<void> {
    const left = items.values();
    await Promise.all(
      this.#copies.map(async (copy) => {
        for (const item of left) await use(copy, item);
      }),
    );
  }
}
