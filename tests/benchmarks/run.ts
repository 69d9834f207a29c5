import { assertNoMore, type Arguments, type OptionTable } from '../../tools/cli/arguments.ts';
import { runCommandLine } from '../../tools/cli/command.ts';
import { UsageError } from '../../tools/cli/errors.ts';
import { installRuntimeClient } from './lambda-runtime/installation.ts';
import { asJson, asReport, asTable, isMet } from './reporting/budgets-table.ts';
import { beginning, machineLine, type Beginning } from './reporting/machine.ts';
import { asMarkdown } from './reporting/markdown.ts';
import { assertPart, BUDGETS, formatted, PAGE, writeReport } from './reporting/page.ts';
import type { Report } from './reporting/report.ts';
import { SUBJECTS, subjectOf, type Subject } from './subjects.ts';

const FLAGS = SUBJECTS.flatMap(({ name, flags = {} }) =>
  Object.entries(flags).map(([flag, does]) => ({ flag, does: `${name}: ${does}` })),
);

const OPTIONS = {
  'install-runtime': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
} as const;

const ALL_OPTIONS: OptionTable = {
  ...OPTIONS,
  ...Object.fromEntries(FLAGS.map(({ flag }) => [flag, { type: 'boolean' } as const])),
};

const line = (word: string, does: string): string => `  ${word.padEnd(17)}  ${does}`;

const HELP = `Measures the service. Without a subject it measures the budgets: ratios within one run, which mean the same on any machine, and exact
counts and sizes. The times depend on the load of the machine.

  npm run bench -- [SUBJECT] [options]

Subjects, of up to 5 minutes each:

${SUBJECTS.map(({ name, does }) => line(name, does)).join('\n')}

Options:

${[
  line('--write', `also write the tables and plots into ${PAGE}`),
  line('--json', 'print JSON'),
  line(
    '--install-runtime',
    "first install AWS's Node runtime client, with which a cold start is measured, into your cache directory",
  ),
  line('', '(once; it needs cmake and g++, and takes some minutes)'),
  ...FLAGS.map(({ flag, does }) => line(`--${flag}`, does)),
  line('--help', 'this text'),
].join('\n')}

Exit code: 0 done, 1 failed, or a count or a size is over its budget, 2 wrong usage.`;

async function run({ values, positionals }: Arguments<typeof ALL_OPTIONS>): Promise<number> {
  const [name, ...more] = positionals;
  assertNoMore(more);
  const subject = name === undefined ? undefined : subjectOf(name);
  const flags = flagsIn(values, subject);
  if (values['write'] === true) await assertPart(name ?? BUDGETS);
  if (values['install-runtime'] === true) await installRuntimeClient();
  const output: Output = {
    begun: beginning(),
    json: values['json'] === true,
    write: values['write'] === true,
  };
  return subject === undefined ? runBudgets(output) : runSubject(subject, flags, output);
}

/** The wanted output, and the beginning of the measurement. */
interface Output {
  readonly begun: Beginning;
  readonly json: boolean;
  readonly write: boolean;
}

/** Selects the given options of a subject. @throws UsageError for an option of another one */
function flagsIn(
  values: Arguments<OptionTable>['values'],
  subject: Subject | undefined,
): ReadonlySet<string> {
  const given = FLAGS.map(({ flag }) => flag).filter((flag) => values[flag] === true);
  const wrong = given.find((flag) => !Object.hasOwn(subject?.flags ?? {}, flag));
  if (wrong !== undefined) throw new UsageError(`--${wrong} is an option of another subject (see --help).`);
  return new Set(given);
}

async function runBudgets({ begun, json, write }: Output): Promise<number> {
  const { measureBudgets } = await import('./budgets.ts');
  const rows = await measureBudgets();
  console.log(json ? asJson(rows) : asTable(rows));
  if (write) await writeAndSay(BUDGETS, asReport(rows), begun);
  return rows.some((row) => row.measurement.exact && isMet(row) === false) ? 1 : 0;
}

async function runSubject(
  { name, load }: Subject,
  flags: ReadonlySet<string>,
  { begun, json, write }: Output,
): Promise<number> {
  const { measure } = await load();
  const report = await measure(flags);
  const circumstances = machineLine(begun, report.packages);
  console.log(
    json
      ? JSON.stringify({ circumstances, ...report }, undefined, 2)
      : (await formatted(asMarkdown(name, report, circumstances))).trimEnd(),
  );
  if (write) await writeAndSay(name, report, begun);
  return 0;
}

async function writeAndSay(name: string, report: Report, begun: Beginning): Promise<void> {
  const files = await writeReport(name, report, machineLine(begun, report.packages));
  console.error(`Written: ${files.join(', ')}`);
}

await runCommandLine({ help: HELP, options: ALL_OPTIONS, runsWithoutArguments: true, run });
