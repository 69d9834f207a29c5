import type { Clock } from '../../../../lib/runtime/clock.ts';
import { MINUTE, toMilliseconds, type Milliseconds } from '../../../../lib/runtime/time.ts';
import { alarmId, alarmResources, ALARMS, runbookOf } from '../../../../infra/stack/alarms/index.ts';
import {
  examineAlarm,
  readAlarm,
  type AlarmProperties,
  type AlarmState,
  type MetricData,
} from '../../stand-ins/cloudwatch/index.ts';
import { resolveText, type References } from '../service/references.ts';
import type { ServiceConfig } from '../service/service-config.ts';
import { LOCAL_MONITORING, monitoredStack } from './monitored-stack.ts';

/** An alarm with its state, for people and programs. */
export interface AlarmReport {
  /** The name without stage and service: `mint-errors`. */
  readonly name: string;
  readonly state: AlarmState;
  /** The moment at which it got this state. RFC 3339. */
  readonly since: string;
  /** The value of the newest period that has one. */
  readonly value?: number | undefined;
  /** The comparison and the threshold: `>= 5`. */
  readonly threshold: string;
  /** The rule in words: `3 of 5 periods of 60 s`. */
  readonly rule: string;
  readonly says: string;
  readonly runbook: string;
}

interface Known {
  readonly state: AlarmState;
  readonly since: Milliseconds;
}

const COMPARISONS = {
  GreaterThanThreshold: '>',
  GreaterThanOrEqualToThreshold: '>=',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '<=',
} as const;

/**
 * Lists the alarms that this service has if a stage sets `alarmTopicArn`, with the references of this machine.
 *
 * @returns the properties by the alarms' names
 * @throws {UnresolvedReferenceError} for an alarm on a resource that the local stack does not have
 */
export function alarmsOf(config: ServiceConfig, tableName: string): ReadonlyMap<string, AlarmProperties> {
  const { references, has } = monitoredStack(config, tableName);
  const resources = alarmResources(ALARMS, LOCAL_MONITORING, has);
  return new Map(
    Object.keys(ALARMS).flatMap((name) => {
      const resource = resources[alarmId(name)];
      if (resource === undefined) return [];
      return [[name, readAlarm(resolved(resource.Properties, references, name))] as const];
    }),
  );
}

/** Replaces the references in a value. */
function resolved(value: unknown, references: References, property: string): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, references, property));
  if (typeof value !== 'object' || value === null) return value;
  const [key = '', ...more] = Object.keys(value);
  if (more.length === 0 && (key === 'Ref' || key.startsWith('Fn::')))
    return resolveText(value, references, property);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, resolved(item, references, property)]),
  );
}

/** The states of the alarms over time. */
export class LocalAlarms {
  readonly #alarms: ReadonlyMap<string, AlarmProperties>;
  readonly #data: MetricData;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();
  /** The end of the first whole minute. Before it, an alarm on silence would go off at every start. */
  readonly #firstEvaluation: Milliseconds;

  constructor(alarms: ReadonlyMap<string, AlarmProperties>, data: MetricData, clock: Clock) {
    this.#alarms = alarms;
    this.#data = data;
    this.#clock = clock;
    const minute = toMilliseconds(MINUTE);
    this.#firstEvaluation = (Math.ceil(clock.now() / minute) + 1) * minute;
  }

  /** Evaluates all alarms, and remembers the moment of each change. */
  evaluate(): AlarmReport[] {
    const now = this.#clock.now();
    return [...this.#alarms].map(([name, alarm]) => {
      const former = this.#known.get(name);
      const examined = examineAlarm(alarm, this.#data, now, former?.state ?? 'INSUFFICIENT_DATA');
      const state = now < this.#firstEvaluation ? 'INSUFFICIENT_DATA' : examined.state;
      const known = former?.state === state ? former : { state, since: now };
      this.#known.set(name, known);
      return reportOf(name, alarm, known, examined.values.at(-1));
    });
  }
}

function reportOf(
  name: string,
  alarm: AlarmProperties,
  { state, since }: Known,
  value: number | undefined,
): AlarmReport {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods, Threshold, Metrics } = alarm;
  const period = alarm.Period ?? Metrics.find(({ MetricStat }) => MetricStat)?.MetricStat?.Period ?? 60;
  return {
    name,
    state,
    since: new Date(since).toISOString(),
    ...(value !== undefined && { value }),
    threshold: `${COMPARISONS[alarm.ComparisonOperator]} ${Threshold}`,
    rule: `${needed} of ${periods} periods of ${period} s`,
    says: ALARMS[name]?.says ?? '',
    runbook: runbookOf(name),
  };
}
