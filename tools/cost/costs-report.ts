import {
  costOfAdditions,
  costOfIdleMonth,
  costOfTokens,
  PLATFORM_LOG_BYTES,
  sumOf,
  thousands,
  TOKENS,
  type CostLine,
} from './costs.ts';
import { billedMint, billedSweep, COLD_SHARE, DYNAMODB_MS, FIRST_CALLS_MS } from './durations.ts';
import type { Measured, MintingName } from './measured.ts';
import { costOf, LEFT_OUT, PRICE_REGION, PRICES, PRICES_LOOKED_UP } from './prices.ts';
import { allows, quotasOf, RATES, type Quota } from './quotas.ts';

/** The ways to mint, with the heading of their columns. */
const WAYS: Readonly<Record<MintingName, string>> = {
  usual: 'one by one',
  newUsers: 'each for a new user',
  batches: 'in batches of 100',
};

const NAMES = Object.keys(WAYS) as MintingName[];

const usd = (value: number): string => (value > 0 && value < 0.005 ? '< 0.01' : value.toFixed(2));

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Makes a Markdown table. The first column is text, the others are numbers unless `texts` counts more. */
function table(heading: readonly string[], rows: readonly string[], texts = 1): string {
  return [row(...heading), row(...heading.map((_, at) => (at < texts ? '---' : '---:'))), ...rows].join('\n');
}

/** Writes the costs and the quotas of a measured stage as Markdown. */
export function costsReport(measured: Measured): string {
  return [
    '### A million tokens',
    tokensTable(measured),
    `Each further millisecond of every invocation costs ${usd(millisecond(measured))} USD for a million.`,
    '### A month without a token',
    linesTable(costOfIdleMonth(measured), true),
    '### Additions, a month',
    linesTable(costOfAdditions(measured).filter(isNeeded), false),
    '### Quotas',
    quotasTable(quotasOf(measured)),
    firstMet(quotasOf(measured)),
    '### Measured and counted',
    measuredTable(measured),
    machineOf(measured),
    '### Prices',
    pricesTable(),
    `Not in the tables:\n\n${LEFT_OUT.map((what) => `- ${what}`).join('\n')}`,
  ].join('\n\n');
}

const isNeeded = ({ units }: CostLine): boolean => units > 0;

function millisecond({ stage }: Measured): number {
  return costOf('lambdaDuration', (TOKENS / 1000) * (stage.memoryMb / 1024));
}

function tokensTable(measured: Measured): string {
  const columns = NAMES.map((name) => costOfTokens(name, measured));
  const [first = []] = columns;
  const rows = first.map(({ what }, at) => row(what, ...columns.map((lines) => usd(lines[at]?.usd ?? 0))));
  const sums = columns.map((lines) => `**${usd(sumOf(lines))}**`);
  return table(
    ['USD for 1,000,000 tokens', ...NAMES.map((name) => WAYS[name])],
    [...rows, row('**sum**', ...sums)],
  );
}

function linesTable(lines: readonly CostLine[], adds: boolean): string {
  const needed = lines.filter(isNeeded);
  const rows = needed.map((line) =>
    row(line.what, thousands(line.units, line.units < 100 ? 3 : 0), usd(line.usd)),
  );
  return table(
    ['', 'units', 'USD'],
    adds ? [...rows, row('**sum**', '', `**${usd(sumOf(needed))}**`)] : rows,
  );
}

/** Writes the used share of a quota, bold from the point at which it is met. */
function share(quota: Quota, rate: number): string {
  const used = rate / allows(quota);
  const text = used < 0.001 ? '< 0.1 %' : `${thousands(used * 100, used < 0.1 ? 1 : 0)} %`;
  return used >= 1 ? `**${text}**` : text;
}

function quotasTable(quotas: readonly Quota[]): string {
  const sorted = quotas.toSorted((one, other) => allows(one) - allows(other));
  return table(
    ['quota', 'remedy', 'limit', 'allows, tokens/s', ...RATES.map((rate) => `at ${thousands(rate)}/s`)],
    sorted.map((quota) =>
      row(
        quota.source.startsWith('https:') ? `[${quota.name}](${quota.source})` : quota.name,
        quota.remedy,
        `${thousands(quota.limit)} ${quota.unit}`,
        thousands(Math.floor(allows(quota))),
        ...RATES.map((rate) => share(quota, rate)),
      ),
    ),
    3,
  );
}

/** Names the first quota in the way of each rate. */
function firstMet(quotas: readonly Quota[]): string {
  const sorted = quotas.toSorted((one, other) => allows(one) - allows(other));
  const lines = RATES.map((rate) => {
    const met = sorted.filter((quota) => allows(quota) <= rate);
    const next = sorted.find((quota) => allows(quota) > rate);
    const reached = met.map(({ name }) => name).join('; ');
    const after = next ? `The next is ${next.name}, at ${thousands(Math.floor(allows(next)))}.` : '';
    return `- **${thousands(rate)} a second:** ${reached === '' ? 'none is met' : `met in this order: ${reached}`}. ${after}`;
  });
  return lines.join('\n');
}

function measuredTable(measured: Measured): string {
  const { mint, sweep, start, minting, items, stage } = measured;
  const perToken = (name: MintingName): string =>
    `${(minting[name].readUnits / minting[name].tokens).toFixed(2)} read, ${(minting[name].writeUnits / minting[name].tokens).toFixed(2)} write units`;
  const billed = billedMint('usual', measured);
  return table(
    ['', 'value', 'is'],
    [
      row('processor time of a warm mint', `${mint.warm.cpuMs.toFixed(2)} ms`, 'measured'),
      row('processor time of a batch of 100', `${mint.batch.cpuMs.toFixed(1)} ms`, 'measured'),
      row(
        'processor time of a cold start with its first token',
        `${mint.cold.cpuMs.toFixed(0)} ms`,
        'measured',
      ),
      row('processor time of an idle sweep', `${sweep.cpuMs.toFixed(2)} ms`, 'measured'),
      row('a call of DynamoDB', `${DYNAMODB_MS} ms`, 'assumed: AWS promises single-digit milliseconds'),
      row('the first calls of a process', `${FIRST_CALLS_MS} ms`, 'assumed'),
      row('invocations that start a process', `${COLD_SHARE * 100} %`, 'assumed: AWS found fewer'),
      row('billed duration of a mint, warm and cold', `${billed.warm} and ${billed.cold} ms`, 'computed'),
      row('billed duration of an idle sweep', `${billedSweep(measured)} ms`, 'computed'),
      row(`DynamoDB for a token, ${WAYS.usual}`, perToken('usual'), 'counted'),
      row(`DynamoDB for a token, ${WAYS.newUsers}`, perToken('newUsers'), 'counted'),
      row(`DynamoDB for a token, ${WAYS.batches}`, perToken('batches'), 'counted'),
      row('queries of an idle sweep', String(sweep.queries), 'counted'),
      row('calls of Secrets Manager by a process that starts', String(start.secretCalls), 'counted'),
      row('log line of a mint', `${mint.warm.logBytes} bytes`, 'counted'),
      row("Lambda's own three lines", `${PLATFORM_LOG_BYTES} bytes`, 'counted, in the text format'),
      row('line of the access log', `${stage.accessLogBytes} bytes`, 'counted, with usual values'),
      row('answer of a mint', `${mint.warm.answerBytes} bytes`, 'counted, without headers'),
      row('a grant, a holder in the table', `${items.grant} and ${items.holder} bytes`, 'counted'),
    ],
    3,
  );
}

function machineOf({ date, machine, stage }: Measured): string {
  return `Stage \`${stage.name}\` with ${thousands(stage.memoryMb)} MB, measured on ${date} on ${machine.cores} × ${machine.cpu}, Node ${machine.node}, with ${machine.load} processes wanting to run. Other programs shared this machine, and it is not one of AWS's: take the times as an estimate. The counts are exact.`;
}

function pricesTable(): string {
  const rows = Object.values(PRICES).map(({ usd: price, per, unit, page, read }) =>
    row(`[${unit}](${page})`, `${price} for ${thousands(per)}`, read),
  );
  return [
    `US dollars in ${PRICE_REGION}, looked up on ${PRICES_LOOKED_UP} in stored copies of public pages, as AWS's pages could not be opened. The link is AWS's own page, whose price counts. The last column is the text in which the price was read.`,
    table(['unit', 'USD', 'read in'], rows, 3),
  ].join('\n\n');
}
