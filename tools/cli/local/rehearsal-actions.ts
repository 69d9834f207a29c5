import * as z from 'zod';
import type { Seconds } from '../../../lib/runtime/time.ts';
import { FAULT_NAMES, FAULTS, type FaultName } from '../../local/stack/faults/fault-table.ts';
import { alarmsText, metricsText } from '../../local/stack/monitoring/report-text.ts';
import {
  DASHBOARD_PATH,
  FAULTS_PATH,
  FUNCTIONS_PATH,
  functionPath,
  PROVEN_ALARMS_PATH,
  PROVEN_METRICS_PATH,
} from '../../local/stack/routes/paths.ts';
import { printLine } from '../command.ts';
import { UsageError } from '../errors.ts';
import type { LocalStack } from '../local-stack.ts';

const Statistics = z.object({
  count: z.number(),
  sum: z.number(),
  minimum: z.number(),
  maximum: z.number(),
  p99: z.number(),
});

const Metrics = z.object({
  metrics: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      dimensions: z.record(z.string(), z.string()),
      unit: z.string(),
      lastHour: Statistics,
      minutes: z.array(z.number().nullable()),
    }),
  ),
  leftOut: z.number(),
});

const Alarms = z.object({
  alarms: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
      since: z.string(),
      value: z.number().optional(),
      threshold: z.string(),
      rule: z.string(),
      says: z.string(),
      runbook: z.string(),
    }),
  ),
});

const FaultState = z.object({
  name: z.enum(FAULT_NAMES as [FaultName, ...FaultName[]]),
  since: z.string().optional(),
  until: z.string().optional(),
});

const Faults = z.object({ faults: z.array(FaultState) });

/** Prints the metrics of the last hour. */
export async function showMetrics(stack: LocalStack, asJson: boolean): Promise<number> {
  const answer = await stack.read(PROVEN_METRICS_PATH, Metrics);
  print(asJson ? JSON.stringify(answer) : metricsText(answer.metrics, answer.leftOut));
  return 0;
}

/** Prints the alarms, those that went off first. */
export async function showAlarms(stack: LocalStack, asJson: boolean): Promise<number> {
  const answer = await stack.read(PROVEN_ALARMS_PATH, Alarms);
  print(asJson ? JSON.stringify(answer) : alarmsText(answer.alarms));
  return 0;
}

/** Prints the address of the dashboard, if the stack answers. */
export async function showDashboard(stack: LocalStack, asJson: boolean): Promise<number> {
  await stack.read(PROVEN_ALARMS_PATH, Alarms);
  const address = `${stack.api}${DASHBOARD_PATH}`;
  printLine(asJson ? JSON.stringify({ dashboard: address }) : address);
  return 0;
}

/** Prints all faults, with the active ones marked. */
export async function showFaults(stack: LocalStack, asJson: boolean): Promise<number> {
  const { faults } = await stack.read(FAULTS_PATH, Faults);
  if (asJson) {
    print(JSON.stringify({ faults: faults.map((fault) => ({ ...FAULTS[fault.name], ...fault })) }));
    return 0;
  }
  for (const { name, since, until } of faults) {
    const { does, alarms, runbook } = FAULTS[name];
    const state = since === undefined ? '' : ` BROKEN since ${since}${untilText(until)}`;
    printLine(`${name}${state}`);
    printLine(`  ${does}`);
    printLine(`  Alarms: ${alarms.join(', ')}. Runbook: ${runbook}`);
  }
  return 0;
}

/**
 * Brings a fault about, and prints the next steps of the rehearsal.
 *
 * @throws Error with the stack's reason if this fault cannot be brought about
 */
export async function breakNow(
  stack: LocalStack,
  name: FaultName,
  length: Seconds | undefined,
): Promise<number> {
  const query = length === undefined ? '' : `?seconds=${length}`;
  const { until } = await stack.change(`${FAULTS_PATH}/${name}/break${query}`, FaultState);
  const { does, then, alarms, runbook } = FAULTS[name];
  printLine(`${name} is broken${untilText(until)}. ${does}`);
  printLine(`  ${then}`);
  printLine(`  Alarms   ${alarms.join(', ')}   (npm run local -- alarms)`);
  printLine(`  Runbook  ${runbook}`);
  printLine(`  Repair   npm run local -- repair ${name}`);
  return 0;
}

/** Ends a fault, or all of them. @returns the names of those that were there */
export async function repair(stack: LocalStack, name?: FaultName): Promise<FaultName[]> {
  const { faults } = await stack.read(FAULTS_PATH, Faults);
  const broken = faults.filter((fault) => fault.since !== undefined && (name ?? fault.name) === fault.name);
  for (const fault of broken) await stack.change(`${FAULTS_PATH}/${fault.name}/repair`, FaultState);
  return broken.map((fault) => fault.name);
}

const Scheduled = z.object({ scheduled: z.array(z.string()) });

/**
 * Runs a function that has a schedule, and waits for its end.
 *
 * @throws UsageError if no function with a schedule has this name
 * @throws Error if it fails
 */
export async function runFunction(stack: LocalStack, name: string): Promise<number> {
  const { scheduled } = await stack.read(FUNCTIONS_PATH, Scheduled);
  if (!scheduled.includes(name))
    throw new UsageError(
      `No function with a schedule has the name "${name}". Those with one are ${scheduled.join(', ')}.`,
    );
  await stack.change(functionPath(name, 'invoke'), z.object({ name: z.string() }));
  printLine(`${name} has run.`);
  return 0;
}

const untilText = (until: string | undefined): string => (until === undefined ? '' : ` until ${until}`);

function print(text: string): void {
  for (const line of text.trimEnd().split('\n')) printLine(line);
}
