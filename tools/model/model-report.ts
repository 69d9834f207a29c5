import { thousands } from '../cost/costs.ts';
import { COLD_SHARE } from '../cost/durations.ts';
import { AWS_QUOTAS, type AwsQuota } from './aws-quotas.ts';
import { isBroken, verdictOn, type Breaking, type Verdict } from './breaking.ts';
import type { MintUseName } from './counted-use.ts';
import type { ModelSettings } from './limits.ts';
import { ARRIVAL, wavesOf, type Shape } from './loads.ts';
import type { ModelQuestion } from './model-options.ts';

/** A question, the settings of the model, and its answers. */
export interface Modelled {
  readonly question: ModelQuestion;
  readonly settings: ModelSettings;
  readonly verdicts: readonly Verdict[];
}

/** Answers a question. */
export function model(question: ModelQuestion, settings: ModelSettings): Modelled {
  const verdicts = question.shapes.flatMap((shape) =>
    question.tokensPerSecond.map((rate) => verdictOn(shape, rate, settings)),
  );
  return { question, settings, verdicts };
}

const MINTS: Readonly<Record<MintUseName, string>> = {
  renewal: 'a client asks again at `refreshAt`, the mean of a day',
  first: 'the first token of a user for the document',
  afterAbsence: "the first token after the user's last one has expired",
};

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Makes a Markdown table. The columns from the first number on are numbers, up to the one at `until`; all others are texts. */
function table(heading: readonly string[], rows: readonly string[], from: number, until = Infinity): string {
  const isNumber = (_: string, at: number): boolean => at >= from && at < until;
  return [
    row(...heading),
    row(...heading.map((one, at) => (isNumber(one, at) ? '---:' : '---'))),
    ...rows,
  ].join('\n');
}

/** Writes a number with so many digits that small ones stay readable. */
const shown = (value: number): string => {
  if (value === Infinity) return 'never';
  return thousands(value, value === Math.round(value) || value >= 100 ? 0 : value < 1 ? 3 : 1);
};

/** Writes the answers as Markdown. */
export function modelReport({ question, settings, verdicts }: Modelled): string {
  const { groups, grants, documents, ttlSeconds } = question;
  return [
    `A caller in ${groups} groups, ${thousands(grants)} grants on each document, ${thousands(documents)} documents that share the load evenly, tokens for ${thousands(ttlSeconds)} seconds.`,
    ...question.shapes.flatMap((shape) => [
      `### ${headingOf(shape, settings)}`,
      verdictTable(
        shape,
        verdicts.filter(({ load }) => load.shape === shape),
        settings,
      ),
    ]),
    '### All limits',
    limitsTable(verdicts),
    '### Counted',
    countedTable(settings),
    '### Quotas',
    quotasTable(),
  ].join('\n\n');
}

function headingOf(shape: Shape, { use }: ModelSettings): string {
  switch (shape) {
    case 'steady':
      return 'A steady load';
    case 'outage':
      return `After an outage that outlasts all tokens: everybody is back within ${use.backoff} seconds`;
    case 'nine-o-clock':
      return `At nine o'clock: everybody opens a first document within ${ARRIVAL} seconds`;
  }
}

function verdictTable(shape: Shape, verdicts: readonly Verdict[], settings: ModelSettings): string {
  const isHerd = shape !== 'steady';
  const rows = verdicts.map(({ load, limits }) => {
    const broken = limits.filter(isBroken);
    const [first] = limits;
    const peaks = isHerd ? wavesOf(load, settings.use) : [];
    return row(
      shown(load.tokensPerSecond),
      ...(isHerd
        ? [thousands(Math.round(load.users)), shown(load.peak), peaks.slice(1).map(shown).join(', ')]
        : []),
      broken.length === 0 ? 'nothing breaks' : broken.map(withRate).join('; '),
      first === undefined ? '' : broken.length === 0 ? `next: ${withRate(first)}. ${first.knob}` : first.knob,
    );
  });
  const herd = isHerd ? ['users', 'peak, tokens/s', 'peaks of the next waves'] : [];
  return table(
    ['tokens/s', ...herd, 'breaks, the first one first', 'knob of the first'],
    rows,
    0,
    1 + herd.length,
  );
}

/** Names a limit with the usual rate at which it breaks. */
const withRate = ({ name, breaksAt }: Breaking): string => `${name} (at ${shown(breaksAt)})`;

function limitsTable(verdicts: readonly Verdict[]): string {
  const shapes = [...new Set(verdicts.map(({ load }) => load.shape))];
  const ofShape = (shape: Shape): readonly Breaking[] =>
    verdicts.findLast(({ load }) => load.shape === shape)?.limits ?? [];
  const rows = ofShape(shapes[0] ?? 'steady').map(({ name, source, knob }) => {
    const at = shapes.map((shape) =>
      shown(ofShape(shape).find((limit) => limit.name === name)?.breaksAt ?? Infinity),
    );
    return row(source.startsWith('https:') ? `[${name}](${source})` : name, knob, ...at);
  });
  return table(['limit', 'knob', ...shapes.map((shape) => `breaks at, ${shape}`)], rows, 2);
}

function countedTable({ use, workMs }: ModelSettings): string {
  const mints = (Object.keys(MINTS) as MintUseName[]).map((name) => {
    const { calls, waitMs, readUnits, writeUnits } = use.mints[name];
    return row(MINTS[name], shown(calls), shown(waitMs), shown(readUnits), shown(writeUnits));
  });
  const { start, secretCallsAnHour, refresh, backoff, auditCalls } = use;
  return [
    table(['mint', 'calls of DynamoDB', 'waits, ms', 'read units', 'write units of the table'], mints, 1),
    [
      `- Counted by running the code against stand-ins in memory. A call of AWS is assumed to take ${use.callMs} ms.`,
      `- A process that starts: ${start.secretCalls} call of Secrets Manager and of KMS, ${start.keyReadUnits} read unit of the published keys, ${shown(start.waitMs)} ms of waiting.`,
      `- A process that mints for an hour: ${secretCallsAnHour} calls of Secrets Manager.`,
      `- A client asks again ${thousands(refresh.earliest)} to ${thousands(refresh.latest)} seconds after a mint. After many failures the TypeScript client waits at most ${backoff} seconds.`,
      `- A delivery of log lines to \`recordAudit\`: ${auditCalls} call of PutLogEvents. One delivery a second of each busy process is assumed.`,
      `- The work of a mint takes ${shown(workMs.warm)} ms in a warm process and ${shown(workMs.cold)} ms in a new one, by [the costs](costs.md#measured-and-counted). ${COLD_SHARE * 100} % of a steady load is assumed to start a process, and all of a herd.`,
    ].join('\n'),
  ].join('\n\n');
}

function quotasTable(): string {
  const rows = Object.values(AWS_QUOTAS).map(({ name, limit, unit, page, url, ...quota }: AwsQuota) =>
    row(name, `${thousands(limit)} ${unit}`, quota.adjustable ?? 'no', `[${page}](${url})`),
  );
  return table(['quota', 'default', 'to raise in Service Quotas', "AWS's page"], rows, 4);
}
