// `npm run local`: shows the metrics and alarms of the local stack, and breaks it on purpose.
import { assertNoMore, unknownWord, type Arguments } from '../arguments.ts';
import { printLine, runCommandLine } from '../command.ts';
import { UsageError } from '../errors.ts';
import { LocalStack } from '../local-stack.ts';
import { FAULT_NAMES, FAULTS } from '../../local/stack/faults/fault-table.ts';
import { DEFAULT_PORT } from '../../local/stack/command-line.ts';
import {
  breakNow,
  repair,
  runFunction,
  showAlarms,
  showDashboard,
  showFaults,
  showMetrics,
} from './rehearsal-actions.ts';
import { emptyFailures, showFailures } from './failure-actions.ts';
import { secondsIn } from './length-of-time.ts';

const width = Math.max(...FAULT_NAMES.map((name) => name.length));

const HELP = `Shows the metrics and alarms of the local stack, and breaks it on purpose, to rehearse an outage (docs/local-rehearsal.md).

  npm run local -- ACTION [options]

Actions:
  metrics              show the metrics of the functions and of this machine's AWS
  alarms               show each alarm that a stage has, with its state, value and runbook page
  dashboard            name the address at which a browser shows them as the dashboard of a stage
  faults               show every fault, the alarms that it raises, and since when it is there
  break NAME           bring a fault about, until it is repaired or the stack stops
  repair NAME | all    end a fault
  failures             show the messages of the failure queue
  failures --redrive   call the function of each message again, and delete the messages that succeed
  failures --purge     delete all messages
  run FUNCTION         run a function that has a schedule now, such as checkKeys

Faults:
${FAULT_NAMES.map((name) => `  ${name.padEnd(width)}  ${FAULTS[name].does}`).join('\n')}

Options:
  --for TIME           with break: repair it by itself after this time, such as 90s, 10m or 2h
  --port N             the port of the local stack's API (default: ${DEFAULT_PORT})
  --json               with metrics, alarms, dashboard, faults and failures: print JSON
  --help               this text

Exit code: 0 done, 1 failed, 2 wrong usage. alarms exits with 0 whatever their states are.`;

const OPTIONS = {
  for: { type: 'string' },
  port: { type: 'string' },
  json: { type: 'boolean', default: false },
  redrive: { type: 'boolean', default: false },
  purge: { type: 'boolean', default: false },
} as const;

const ACTIONS = ['metrics', 'alarms', 'dashboard', 'faults', 'failures', 'break', 'repair', 'run'] as const;

async function run({ values, positionals }: Arguments<typeof OPTIONS>): Promise<number> {
  const [word = '', name, ...more] = positionals;
  const action = ACTIONS.find((it) => it === word);
  if (word === '') throw new UsageError(`An action is required: ${ACTIONS.join(', ')} (see --help).`);
  if (action === undefined) throw unknownWord('action', word, ACTIONS);
  assertNoMore(more);
  if (values.for !== undefined && action !== 'break')
    throw new UsageError('--for goes with break (see --help).');
  if ((values.redrive || values.purge) && action !== 'failures')
    throw new UsageError('--redrive and --purge go with failures (see --help).');
  if (values.redrive && values.purge) throw new UsageError('Give --redrive or --purge, not both.');
  const length = values.for === undefined ? undefined : secondsIn(values.for);
  const needed = (kind: string): string => {
    if (name === undefined) throw new UsageError(`${action} needs the name of a ${kind} (see --help).`);
    return name;
  };
  if (action === 'break' || action === 'repair') return change(action, needed('fault'), length, values.port);
  if (action === 'run') return runFunction(new LocalStack(values.port), needed('function'));
  if (name !== undefined) assertNoMore([name]);
  const stack = new LocalStack(values.port);
  if (action === 'failures') {
    if (values.redrive) return emptyFailures(stack, 'redrive');
    return values.purge ? emptyFailures(stack, 'purge') : showFailures(stack, values.json);
  }
  const shown = {
    metrics: showMetrics,
    alarms: showAlarms,
    dashboard: showDashboard,
    faults: showFaults,
  }[action];
  return shown(stack, values.json);
}

async function change(
  action: 'break' | 'repair',
  word: string,
  length: number | undefined,
  port: string | undefined,
): Promise<number> {
  const name = FAULT_NAMES.find((it) => it === word);
  if (action === 'repair' && word === 'all') {
    for (const each of await repair(new LocalStack(port))) printLine(`${each} is repaired.`);
    return 0;
  }
  if (name === undefined) throw unknownWord('fault', word, FAULT_NAMES);
  const stack = new LocalStack(port);
  if (action === 'break') return breakNow(stack, name, length);
  const repaired = await repair(stack, name);
  printLine(repaired.length === 0 ? `${name} was not broken.` : `${name} is repaired.`);
  return 0;
}

await runCommandLine({ help: HELP, options: OPTIONS, runsWithoutArguments: false, run });
