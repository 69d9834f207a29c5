import { unknownWord } from '../../tools/cli/arguments.ts';
import type { Report } from './reporting/report.ts';

/** A subject of the benchmarks: `npm run bench -- NAME`. Each has a part of docs/performance.md. */
export interface Subject {
  /** Also the name of its folder. */
  readonly name: string;
  /** The measured quantities, for the help text. */
  readonly does: string;
  /** Its options beside `--write`, with their meaning. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Its options with a value. */
  readonly options?: Readonly<Record<string, { readonly value: string; readonly does: string }>>;
  /** Loads its module. The modules of the other subjects stay unloaded, as they would cost time and memory. */
  readonly load: () => Promise<Measuring>;
}

/** The module of a subject. */
export interface Measuring {
  /**
   * Measures, within five minutes.
   *
   * @param flags - the given options of the subject, such as `profile`
   * @param values - of its options with a value, by name
   * @throws UsageError for a wrong value
   */
  readonly measure: (flags: ReadonlySet<string>, values: Readonly<Record<string, string>>) => Promise<Report>;
}

/** Every subject, in the order of docs/performance.md. */
export const SUBJECTS: readonly Subject[] = [
  {
    name: 'cold',
    does: 'the start of each function, up to its first answer',
    flags: { profile: 'name the modules and functions in which one function spends its start' },
    options: {
      function: {
        value: 'NAME',
        does: 'start this function alone; the profile is of mintToken unless given',
      },
    },
    load: () => import('./cold/cold-report.ts'),
  },
  {
    name: 'hot',
    does: 'a warm mint beside jose alone, a batch, and where the time goes',
    load: () => import('./hot/measure.ts'),
  },
  {
    name: 'versus',
    does: 'Layermint beside the token services that a team would write instead',
    load: () => import('./versus/measure.ts'),
  },
  {
    name: 'scale',
    does: 'a mint against grants and groups, lists against documents',
    load: () => import('./scale/measure.ts'),
  },
  {
    name: 'load',
    does: 'memory, tail latency and event-loop delay of one process in an hour of traffic',
    load: () => import('./load/measure.ts'),
  },
];

/** Finds a subject. @throws UsageError with the right names */
export function subjectOf(name: string): Subject {
  const subject = SUBJECTS.find((it) => it.name === name);
  if (subject !== undefined) return subject;
  throw unknownWord(
    'subject',
    name,
    SUBJECTS.map((it) => it.name),
  );
}
