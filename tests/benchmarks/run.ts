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

/** The options of the subjects. */
const OWN_OPTIONS = SUBJECTS.flatMap(({ name, flags = {}, options = {} }) => [
  ...Object.entries(flags).map(([option, does]) => ({
    ...{ option, word: `--${option}`, does: `${name}: ${does}` },
    type: 'boolean' as const,
  })),
  ...Object.entries(options).map(([option, { value, does }]) => ({
    ...{ option, word: `--${option} ${value}`, does: `${name}: ${does}` },
    type: 'string' as const,
  })),
]);

const OPTIONS = {
  'install-runtime': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
} as const;

const ALL_OPTIONS: OptionTable = {
  ...OPTIONS,
  ...Object.fromEntries(OWN_OPTIONS.map(({ option, type }) => [option, { type }])),
};

const line = (word: string, does: string): string => `  ${word.padEnd(17)}  ${does}`;

const HELP = `Measures the service. Without a subject it measures the budgets: ratios within one run, exact counts and sizes. Times, and the ratios
of times, depend on the load of the machine.

  npm run bench -- [SUBJECT] [options]

Subjects, of up to 5 minutes each:

${SUBJECTS.map(({ name, does }) => line(name, does)).join('\n')}

Options:

${[
  line('--write', `also write the tables into ${PAGE}, and draw its plots`),
  line('--json', 'print JSON'),
  line(
    '--install-runtime',
    "first install AWS's Node runtime client, with which a cold start is measured, into your cache directory",
  ),
  line('', '(once; it needs the network, cmake, make and g++, and takes some minutes)'),
  ...OWN_OPTIONS.map(({ word, does }) => line(word, does)),
  line('--help', 'this text'),
].join('\n')}

Exit code: 0 done, 1 failed, or a count or a size is over its budget, 2 wrong usage.`;

async function run({ values, positionals }: Arguments<typeof ALL_OPTIONS>): Promise<number> {
  const [name, ...more] = positionals;
  assertNoMore(more);
  const subject = name === undefined ? undefined : subjectOf(name);
  const own = ownOptionsIn(values, subject);
  if (values['write'] === true) {
    // The page shows the whole subject.
    const [part] = [...own.flags, ...Object.keys(own.values)];
    if (part !== undefined) throw new UsageError(`--write and --${part} do not go together (see --help).`);
    await assertPart(name ?? BUDGETS);
  }
  if (values['install-runtime'] === true) await installRuntimeClient();
  const output: Output = {
    begun: beginning(),
    json: values['json'] === true,
    write: values['write'] === true,
  };
  return subject === undefined ? runBudgets(output) : runSubject(subject, own, output);
}

/** The wanted output, and the beginning of the measurement. */
interface Output {
  readonly begun: Beginning;
  readonly json: boolean;
  readonly write: boolean;
}

/** The given options of a subject. */
interface GivenOptions {
  readonly flags: ReadonlySet<string>;
  readonly values: Readonly<Record<string, string>>;
}

/** Selects the given options of a subject. @throws UsageError for an option of another one */
function ownOptionsIn(given: Arguments<OptionTable>['values'], subject: Subject | undefined): GivenOptions {
  const { flags = {}, options = {} } = subject ?? {};
  const names = OWN_OPTIONS.map(({ option }) => option).filter((name) => given[name] !== undefined);
  const wrong = names.find((name) => !Object.hasOwn(flags, name) && !Object.hasOwn(options, name));
  if (wrong !== undefined) throw new UsageError(`--${wrong} is an option of another subject (see --help).`);
  const texts = names.flatMap((name) => {
    const value = given[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return {
    flags: new Set(names.filter((name) => given[name] === true)),
    values: Object.fromEntries(texts),
  };
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
  { flags, values }: GivenOptions,
  { begun, json, write }: Output,
): Promise<number> {
  const { measure } = await load();
  const report = await measure(flags, values);
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
