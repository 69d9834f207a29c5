import { testsOf, type Module, type Stage } from './modules.ts';
import type { Candidate } from './mutant.ts';
import type { TestRun } from './test-run.ts';
import type { WorkingCopy } from './working-copy.ts';

/** The result of the tests with a mutant. */
export interface Trial {
  readonly mutant: Candidate;
  /** "passed" is a mutant that survived. */
  readonly outcome: TestRun['outcome'];
}

/** Tests fail although nothing is changed, so no mutant can be judged. */
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
  readonly #limits = new Map<Stage, Promise<number>>();

  constructor(copies: readonly WorkingCopy[], runTests: RunTests) {
    this.#copies = copies;
    this.#runTests = runTests;
  }

  /** Runs the first stage of each module without a mutant. @throws UnmutatedTestsFailedError with jest's report */
  async measure(modules: readonly Module[], measured: (module: Module) => void): Promise<void> {
    await this.#each(modules, async (copy, module) => {
      const [first] = module.stages;
      if (first) await this.#limitOf(copy, first);
      measured(module);
    });
  }

  /**
   * Tries mutants.
   *
   * @param modules - those of the mutants
   * @throws UnmutatedTestsFailedError if a later stage fails without a mutant
   */
  async tryAll(
    modules: readonly Module[],
    mutants: readonly Candidate[],
    tried: (trial: Trial) => void,
  ): Promise<Trial[]> {
    const trials: Trial[] = [];
    await this.#each(mutants, async (copy, mutant) => {
      const stages = modules.filter(({ name }) => name === mutant.module).flatMap((module) => module.stages);
      const trial = { mutant, outcome: await this.#outcomeOf(copy, stages, mutant) };
      trials.push(trial);
      tried(trial);
    });
    return trials;
  }

  async #outcomeOf(
    copy: WorkingCopy,
    stages: readonly Stage[],
    mutant: Candidate,
  ): Promise<TestRun['outcome']> {
    for (const stage of stages) {
      const limit = await this.#limitOf(copy, stage);
      const { outcome } = await copy.during(mutant, () => this.#runTests(copy, testsOf(stage), limit));
      if (outcome !== 'passed') return outcome;
    }
    return 'passed';
  }

  /** Finds the time that a stage may take, by a run without a mutant. That happens once, as few mutants need the later stages. */
  #limitOf(copy: WorkingCopy, stage: Stage): Promise<number> {
    const known = this.#limits.get(stage);
    if (known) return known;
    const limit = this.#measured(copy, stage);
    this.#limits.set(stage, limit);
    return limit;
  }

  async #measured(copy: WorkingCopy, stage: Stage): Promise<number> {
    const { outcome, milliseconds, report } = await this.#runTests(copy, testsOf(stage), LONGEST_UNMUTATED);
    if (outcome !== 'passed') {
      throw new UnmutatedTestsFailedError(`Tests fail without a mutant (${stage.join(', ')}):\n${report}`);
    }
    return Math.ceil(TIMES_UNMUTATED * milliseconds) + MARGIN;
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
