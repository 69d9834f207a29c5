import type { Milliseconds } from '../../lib/runtime/time.ts';
import { COLD_SHARE } from '../cost/durations.ts';
import { AWS_QUOTAS, type AwsQuota, type AwsQuotaName } from './aws-quotas.ts';
import type { CountedUse } from './counted-use.ts';
import type { Load } from './loads.ts';

/** The settings of a stage, and the assumptions, from which the limits are computed. */
export interface ModelSettings {
  readonly throttleRatePerSecond: number;
  readonly throttleBurst: number;
  /** The documents that share the load evenly. */
  readonly documents: number;
  /** The time of a mint in a process of Lambda beside its calls of AWS. */
  readonly workMs: { readonly warm: Milliseconds; readonly cold: Milliseconds };
  readonly use: CountedUse;
  /** The limits of AWS; the defaults unless given. */
  readonly quotas?: Readonly<Partial<Record<AwsQuotaName, number>>>;
}

/** A limit, and the use that a load makes of it. */
export interface LimitUse {
  readonly name: string;
  /** The use at the peak of the load, in the unit of the limit. */
  readonly used: number;
  readonly limit: number;
  readonly unit: string;
  /** The remedy: the parameter of the stage, or the name of the quota. */
  readonly knob: string;
  readonly source: string;
}

const ROUTE = '`throttleRatePerSecond` and `throttleBurst`, or `throttleByRoute` for `POST /v1/tokens`';

const SCALING_SECONDS = 10;

/** The deliveries of log lines that a busy process causes in a second. It is assumed: AWS documents no number. */
const LOG_DELIVERIES = 1;

/** Computes the use that a load makes of every limit in the way of a mint. */
export function limitsOf(load: Load, settings: ModelSettings): LimitUse[] {
  const { use, documents, throttleRatePerSecond, throttleBurst } = settings;
  const { peak, within } = load;
  const { readUnits, writeUnits } = use.mints[load.mint];
  const busy = processesOf(load, settings);
  const starts = startsOf(load, settings);
  const secretCalls = starts * use.start.secretCalls + (busy * use.secretCallsAnHour) / 3600;
  const usual = use.mints.renewal;
  const aws = awsLimits(settings);
  return [
    {
      name: 'the stage: requests to a route',
      used: peak,
      // A token bucket: the burst counts once, for all seconds of a herd together.
      limit: throttleRatePerSecond + throttleBurst / within,
      unit: 'requests a second, the burst included',
      knob: ROUTE,
      source: 'infra/stages/stages.yml',
    },
    aws('apiGatewayRate', peak, { extra: quotaOf(settings, 'apiGatewayBurst') / within }),
    aws('lambdaInvocations', peak, {
      times: quotaOf(settings, 'lambdaConcurrency'),
      knob: knobOf(AWS_QUOTAS.lambdaConcurrency),
    }),
    aws('lambdaConcurrency', busy),
    aws('lambdaScaling', load.isCold ? busy : starts * SCALING_SECONDS, {
      knob: 'Nobody can raise it. Longer tokens (`defaultTtlSeconds`) are asked for less often; so are batches.',
    }),
    aws('newTableReads', peak * readUnits, {
      atLeast: earlierPeak(load, usual.readUnits),
      knob: 'Let the rate grow to its double in 30 minutes, or warm the table (`WarmThroughput`).',
    }),
    aws('newTableWrites', peak * writeUnits, {
      atLeast: earlierPeak(load, usual.writeUnits),
      knob: 'Let the rate grow to its double in 30 minutes, or warm the table (`WarmThroughput`).',
    }),
    aws('tableReads', peak * readUnits),
    aws('tableWrites', peak * writeUnits),
    aws('partitionReads', (peak * readUnits) / documents, {
      of: 'one document',
      knob: 'Nobody can raise it. Longer tokens (`defaultTtlSeconds`), or fewer grants on the document for users in many groups.',
    }),
    aws('partitionWrites', (peak * writeUnits) / documents, {
      of: 'one document',
      knob: 'Nobody can raise it. Spread the first opening: clients repeat what is answered with 503.',
    }),
    aws('partitionReads', starts * use.start.keyReadUnits, {
      of: 'the published keys, by processes that start',
      knob: 'Nobody can raise it. It follows the starts of processes.',
    }),
    aws('secretReads', secretCalls, { knob: 'Nobody can raise it. It follows the starts of processes.' }),
    aws('kmsDecrypt', secretCalls),
    // Lambda writes the function's log, and recordAudit the records among its lines.
    aws('putLogEvents', busy * LOG_DELIVERIES * (1 + use.auditCalls)),
  ];
}

/** Computes the processes that are busy at the same time: the rate by the time of a request (Little's law). */
function processesOf(load: Load, { use, workMs }: ModelSettings): number {
  const { waitMs } = use.mints[load.mint];
  const warm = workMs.warm + waitMs;
  const cold = workMs.cold + use.start.waitMs + waitMs;
  const share = load.isCold ? 1 : COLD_SHARE;
  return (load.peak * (cold * share + warm * (1 - share))) / 1000;
}

/** Computes the processes that start in a second. Lambda starts no more than its quota allows. */
function startsOf(load: Load, settings: ModelSettings): number {
  if (!load.isCold) return load.peak * COLD_SHARE;
  return Math.min(load.peak, processesOf(load, settings), quotaOf(settings, 'lambdaScaling'));
}

/** Computes the double of the use on a usual day, which a table takes at once. A steady load has no earlier peak. */
function earlierPeak({ shape, tokensPerSecond }: Load, units: number): number {
  return shape === 'steady' ? 0 : 2 * tokensPerSecond * units;
}

interface Details {
  /** The part of the service that the limit is for. */
  readonly of?: string;
  readonly knob?: string;
  readonly times?: number;
  readonly extra?: number;
  readonly atLeast?: number;
}

function awsLimits(settings: ModelSettings) {
  return (
    name: AwsQuotaName,
    used: number,
    { of, knob, times = 1, extra = 0, atLeast = 0 }: Details = {},
  ): LimitUse => {
    const quota: AwsQuota = AWS_QUOTAS[name];
    return {
      name: of === undefined ? quota.name : `${quota.name}: ${of}`,
      used,
      limit: Math.max(quotaOf(settings, name) * times + extra, atLeast),
      unit: quota.unit,
      knob: knob ?? knobOf(quota),
      source: quota.url,
    };
  };
}

function quotaOf({ quotas = {} }: ModelSettings, name: AwsQuotaName): number {
  return quotas[name] ?? AWS_QUOTAS[name].limit;
}

function knobOf({ adjustable }: AwsQuota): string {
  return adjustable === undefined ? 'Nobody can raise it.' : `Service Quotas: "${adjustable}"`;
}
