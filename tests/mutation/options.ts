import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { MODULES, type Module } from './modules.ts';

/** The options of a run. */
export interface Options {
  readonly modules: readonly Module[];
  /** Only files with this text in their path. */
  readonly file: string;
  /** The number of mutants to try; Infinity for all. */
  readonly sample: number;
  readonly seed: number;
  readonly workers: number;
  readonly list: boolean;
}

/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

// About 5 minutes on two idle cores.
const SAMPLE = 60;

/** The text of `--help`. */
export const HELP = `Usage: npm run test:mutation -- [options]

Changes the code in one place, runs the fast tests of its module, and reports each change that no test notices.
The working tree stays as it is: everything happens in temporary copies.
Exits with 1 if a change was not noticed, and with 2 if the command line is wrong.

Options:
  --module NAME   Change only this module (again for more):
                  ${MODULES.slice(0, 6)
                    .map(({ name }) => name)
                    .join(', ')},
                  ${MODULES.slice(6)
                    .map(({ name }) => name)
                    .join(', ')}
  --file TEXT     Change only files with this text in their path
  --sample N      Try N changes (default: ${SAMPLE}, about 5 minutes on two idle cores)
  --seed N        Choose other changes (default: 1, so that runs can be compared)
  --all           Try every change to the files of --file
  --workers N     Run N tests at once (default: one per core)
  --list          List the chosen changes, and try none
  --help          Print this
`;

/** Reads the command line; "help" if only that is asked for. @throws UsageError */
export function optionsOf(args: readonly string[]): Options | 'help' {
  const values = parsed(args);
  if (values.help) return 'help';
  if (values.all && values.file === undefined) throw new UsageError('--all needs --file');
  if (values.all && values.sample !== undefined)
    throw new UsageError('--all and --sample exclude each other');
  return {
    modules: values.module === undefined ? MODULES : values.module.map(moduleNamed),
    file: values.file ?? '',
    sample: values.all ? Infinity : integer('sample', values.sample ?? String(SAMPLE), 1),
    seed: integer('seed', values.seed ?? '1', 0),
    workers: integer('workers', values.workers ?? String(availableParallelism()), 1),
    list: values.list,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        module: { type: 'string', multiple: true },
        file: { type: 'string' },
        sample: { type: 'string' },
        seed: { type: 'string' },
        all: { type: 'boolean', default: false },
        workers: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function moduleNamed(name: string): Module {
  const found = MODULES.find((module) => module.name === name);
  if (!found) throw new UsageError(`There is no module "${name}"`);
  return found;
}

function integer(option: string, text: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) {
    throw new UsageError(`--${option} needs an integer of at least ${least}, not "${text}"`);
  }
  return Number(text);
}
