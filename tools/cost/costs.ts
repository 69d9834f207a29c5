import { ALARMS } from '../../infra/stack/alarms/index.ts';
import { billedMint, billedSweep, COLD_SHARE, KEY_REFRESH_MINUTES } from './durations.ts';
import type { Measured, MintingName } from './measured.ts';
import { costOf, type PriceName } from './prices.ts';

/** A line of a bill. */
export interface CostLine {
  readonly what: string;
  readonly price: PriceName;
  readonly units: number;
  /** US dollars. */
  readonly usd: number;
}

/** The tokens that the first table is for. */
export const TOKENS = 1_000_000;

/** The days of a month in every table. */
export const MONTH_DAYS = 30;

const MONTH_MINUTES = MONTH_DAYS * 24 * 60;
const GB = 1_000_000_000;
const MB_PER_GB = 1024;

/** The bytes that DynamoDB adds to each item (developer guide, "Billing for data storage"). */
const ITEM_OVERHEAD_BYTES = 100;

/** The metrics of one route of an HTTP API (developer guide, "Monitor CloudWatch metrics for HTTP APIs"). */
const METRICS_PER_ROUTE = 6;

/** The lines that Lambda itself writes to the log of an invocation, in its text format. */
const PLATFORM_LINES = [
  'START RequestId: 8f5dc9a0-1c2d-4e3f-8a9b-0c1d2e3f4a5b Version: $LATEST\n',
  'END RequestId: 8f5dc9a0-1c2d-4e3f-8a9b-0c1d2e3f4a5b\n',
  'REPORT RequestId: 8f5dc9a0-1c2d-4e3f-8a9b-0c1d2e3f4a5b\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 1024 MB\tMax Memory Used: 128 MB\t\n',
];

/** The bytes of {@link PLATFORM_LINES}. */
export const PLATFORM_LOG_BYTES = PLATFORM_LINES.join('').length;

const line = (what: string, price: PriceName, units: number): CostLine => ({
  what,
  price,
  units,
  usd: costOf(price, units),
});

/** Adds up lines. @returns US dollars */
export const sumOf = (lines: readonly CostLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);

/**
 * Computes the cost of a million tokens, beyond that of an idle month.
 *
 * Processes that mint read the secret when they start and every five minutes. The lines count one process that takes a token a
 * second, the rate with the most reads for a token.
 */
export function costOfTokens(name: MintingName, measured: Measured): CostLine[] {
  const { stage, mint, minting, start } = measured;
  const { tokens, requests: counted, readUnits, writeUnits } = minting[name];
  const requests = (TOKENS / tokens) * counted;
  const work = name === 'batches' ? mint.batch : mint.warm;
  const logs = (requests * (work.logBytes + PLATFORM_LOG_BYTES + stage.accessLogBytes)) / GB;
  const duration = (requests * billedMint(name, measured).mean * stage.memoryMb) / MB_PER_GB / 1000;
  const refreshes = requests / (KEY_REFRESH_MINUTES * 60);
  return [
    line('API Gateway: requests', 'apiRequests', requests),
    line('Lambda: invocations', 'lambdaRequests', requests),
    line('Lambda: duration', 'lambdaDuration', duration),
    line('DynamoDB: reads', 'readUnits', (TOKENS / tokens) * readUnits),
    line('DynamoDB: writes', 'writeUnits', (TOKENS / tokens) * writeUnits),
    line('CloudWatch Logs: written', 'logsIngested', logs),
    line('CloudWatch Logs: kept', 'logsStored', (logs * stage.logRetentionDays) / MONTH_DAYS),
    line(
      'Secrets Manager: reads of the key',
      'secretCalls',
      (requests * COLD_SHARE + refreshes) * start.secretCalls,
    ),
    line('Answers sent to the internet', 'transferOut', (requests * work.answerBytes) / GB),
  ];
}

/** Computes the cost of a month in which nobody calls the API. */
export function costOfIdleMonth(measured: Measured): CostLine[] {
  const { stage, sweep } = measured;
  const runs = Object.values(stage.schedules).reduce((sum, minutes) => sum + MONTH_MINUTES / minutes, 0);
  const logs = (runs * (sweep.logBytes + PLATFORM_LOG_BYTES)) / GB;
  const seconds = (runs * billedSweep(measured)) / 1000;
  // A query of an index is eventually consistent: half a unit for up to 4 KB.
  const reads = (runs * sweep.queries) / 2;
  return [
    line(
      "Secrets Manager: the secret with the signing key, the stack's or your own",
      'secrets',
      Math.max(1, stage.secrets),
    ),
    line("Secrets Manager: the secret with Document Engine's API token", 'secrets', 1),
    line('Lambda: scheduled invocations', 'lambdaRequests', runs),
    line('Lambda: their duration', 'lambdaDuration', (seconds * stage.memoryMb) / MB_PER_GB),
    line('DynamoDB: their reads', 'readUnits', reads),
    line('CloudWatch Logs: written', 'logsIngested', logs),
    line('CloudWatch Logs: kept', 'logsStored', (logs * stage.logRetentionDays) / MONTH_DAYS),
    line('CloudWatch: the metric `OldestPendingRevocation`', 'metrics', 1),
    line('CloudWatch: metrics in alarms of the stack', 'alarms', stage.alarms),
    line('CloudWatch: dashboards of the stack', 'dashboards', stage.dashboards),
  ];
}

/** Computes the monthly cost of things that a stage can add. */
export function costOfAdditions({ stage, items }: Measured): CostLine[] {
  const grants = 100_000;
  const metricsOfAlarms = Object.values(ALARMS).reduce(
    (sum, { metrics }) => sum + Object.keys(metrics).length,
    0,
  );
  const bytes = grants * (items.grant + items.holder + 2 * ITEM_OVERHEAD_BYTES);
  return [
    // Both kinds of item are also in the index byPrincipal, whole.
    line(`Storage of ${thousands(grants)} grants and their holders`, 'tableStorage', (2 * bytes) / GB),
    line('Point-in-time recovery of these', 'pointInTimeRecovery', bytes / GB),
    line(
      `Detailed metrics (${stage.detailedMetrics ? 'on' : 'off'} in this stage), if all ${stage.routes} routes are called every hour`,
      'metrics',
      stage.routes * METRICS_PER_ROUTE,
    ),
    line('Any other metric of operations.md, if it occurs every hour', 'metrics', 1),
    line(
      `Alarms (\`alarmTopicArn\`): ${Object.keys(ALARMS).length} with ${metricsOfAlarms} metrics; fewer without a prober or several issuers`,
      'alarms',
      metricsOfAlarms,
    ),
    line('The dashboard (`dashboard`)', 'dashboards', 1),
    line('A KMS key of your own (`kmsKeyArn`, `logsKmsKeyArn`)', 'kmsKeys', 1),
    line('X-Ray (`tracing`): each million traces', 'traces', TOKENS),
    line(
      'A limit for each user (`userLimit`): each million requests after a pause of their user',
      'writeUnits',
      TOKENS,
    ),
    line('The same, while tokens come back', 'writeUnits', 2 * TOKENS),
    line('A web ACL (`webAclArn`)', 'webAcls', 1),
    line('Each of its rules', 'webAclRules', 1),
    line('Each million requests that it inspects', 'webAclRequests', TOKENS),
    line(
      'The authorizer of several issuers (`issuers`): each million of its invocations, without their duration',
      'lambdaRequests',
      TOKENS,
    ),
  ];
}

/** Writes a number with separators of thousands. */
export const thousands = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: digits });
