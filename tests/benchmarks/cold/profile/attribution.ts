import type { Frame, Sample } from './cpu-profile.ts';
import { EVALUATION, isOutermost, placeOf, type Origin, type OriginOf } from './origin.ts';

/** The part of a start that a sample belongs to. */
export type Phase = 'init' | 'invocation';

/** A share of the samples of a phase. */
export interface Share {
  /** In this code itself. */
  readonly self: number;
  /** In this code, or in code that it called. */
  readonly total: number;
}

/** The shares of a phase, by name. The shares of its samples add up to 1 over `self`. */
export interface Shares {
  /** By package, folder or part of Node. */
  readonly groups: ReadonlyMap<string, Share>;
  readonly modules: ReadonlyMap<string, Share>;
  /** By `name module`. */
  readonly functions: ReadonlyMap<string, Share>;
  /** The samples that counted. */
  readonly samples: number;
}

/** A profiled start. */
export interface ProfiledStart {
  readonly samples: readonly Sample[];
  /** The ends of the two phases, on the clock of the samples. */
  readonly ends: Readonly<Record<Phase, number>>;
  /** The moment at which each module of the bundle began to be evaluated, in order. */
  readonly evaluations: readonly Evaluation[];
}

/** The beginning of a module's evaluation. */
export interface Evaluation {
  /** Relative to the project's root. */
  readonly module: string;
  readonly at: number;
}

/** Counts `self` and `total` by name. */
class Counts {
  readonly #counts = new Map<string, { self: number; total: number }>();

  add(names: readonly string[]): void {
    const [innermost] = names;
    for (const name of new Set(names)) {
      const count = this.#counts.get(name) ?? { self: 0, total: 0 };
      count.total += 1;
      if (name === innermost) count.self += 1;
      this.#counts.set(name, count);
    }
  }

  sharesOf(samples: number): Map<string, Share> {
    return new Map(
      [...this.#counts].map(([name, { self, total }]) => [
        name,
        { self: self / samples, total: total / samples },
      ]),
    );
  }
}

/** V8's frames that are no work: the root of every stack, and waiting. */
const ROOT = '(root)';
const IDLE = '(idle)';

/**
 * Attributes the samples of a phase to groups, modules and functions. Each sample counts once, however long it took until the next
 * one: a profile samples a running thread at even intervals, and a longer one means that another process had the processor.
 *
 * @param bundle - the path of the bundle
 */
export function attribute(
  starts: readonly ProfiledStart[],
  phase: Phase,
  bundle: string,
  originOf: OriginOf,
): Shares {
  const [groups, modules, functions] = [new Counts(), new Counts(), new Counts()];
  let samples = 0;
  for (const start of starts) {
    for (const sample of start.samples) {
      if (phaseOf(sample, start.ends) !== phase) continue;
      const origins = originsOf(sample, start.evaluations, bundle, originOf);
      if (origins.length === 0) continue;
      samples += 1;
      groups.add(origins.map(({ group }) => group));
      modules.add(origins.map(({ module }) => module));
      functions.add(origins.map(({ name, module }) => `${name} ${module}`));
    }
  }
  return {
    groups: groups.sharesOf(samples),
    modules: modules.sharesOf(samples),
    functions: functions.sharesOf(samples),
    samples,
  };
}

/**
 * Finds the module that was evaluated at a moment.
 *
 * @param called - the function that the bundle's outermost code called
 */
function evaluatedAt(
  at: number,
  evaluations: readonly Evaluation[],
  called: Frame | undefined,
): string | undefined {
  const last = evaluations.findLastIndex((it) => it.at <= at);
  // A module loads its modules of Node before its own first statement, which is the mark.
  const isLoadingNode = called?.url.startsWith('node:internal/modules/') ?? false;
  return evaluations[isLoadingNode ? Math.min(last + 1, evaluations.length - 1) : last]?.module;
}

function phaseOf({ at }: Sample, ends: ProfiledStart['ends']): Phase | undefined {
  if (at < ends.init) return 'init';
  return at < ends.invocation ? 'invocation' : undefined;
}

/** Finds the origins of the functions of a stack, the innermost first; none for a sample without work. */
function originsOf(
  { at, stack }: Sample,
  evaluations: readonly Evaluation[],
  bundle: string,
  originOf: OriginOf,
): Origin[] {
  const [innermost] = stack;
  if (innermost?.functionName === IDLE) return [];
  const found = stack
    .filter(({ functionName }) => functionName !== ROOT)
    .map((frame, depth): [Frame, Origin | undefined] => {
      if (!isOutermost(frame, bundle)) return [frame, originOf(frame)];
      const module = evaluatedAt(at, evaluations, stack[depth - 1]) ?? 'bundle';
      return [frame, { ...placeOf(module), name: EVALUATION }];
    });
  return found.flatMap(([{ functionName }, origin], index) => {
    if (origin !== undefined) return [origin];
    // Native code counts for its caller's module, under its own name.
    const caller = found.slice(index).find(([, it]) => it !== undefined)?.[1];
    return caller === undefined ? [] : [{ ...caller, name: `${functionName} (native)` }];
  });
}
