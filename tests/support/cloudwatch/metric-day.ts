import { DAY, MINUTE, toMilliseconds, type Milliseconds } from '../../../lib/runtime/time.ts';
import { alarmResources, ALARMS, type Metric } from '../../../infra/stack/alarms/index.ts';
import {
  evaluateAlarm,
  MetricStore,
  type WrittenAlarm,
} from '../../../tools/local/stand-ins/cloudwatch/index.ts';
import { ManualClock, NOON } from '../runtime/clock.ts';

const ONE_MINUTE = toMilliseconds(MINUTE);

/** The number of minutes of a day. */
export const MINUTES = DAY / MINUTE;

const END: Milliseconds = toMilliseconds(NOON);
const BEGIN: Milliseconds = END - toMilliseconds(DAY);

const STAGE = 'prod';

/** Puts the logical id in the place of a reference. */
const idOf = (value: unknown): string => {
  const [target] = Object.values(value as Readonly<Record<string, unknown>>);
  return Array.isArray(target) ? target.join('.') : String(target);
};

function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value || 'Fn::GetAtt' in value) return idOf(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
}

/** The alarms of a stack with every part, by their names. Logical ids stand in the place of references. */
export const ALARMS_OF_STACK: Readonly<Record<string, WrittenAlarm>> = (() => {
  const topic = 'arn:aws:sns:eu-central-1:111122223333:on-call';
  const monitoring = { stage: STAGE, alarmTopicArn: topic, ticketTopicArn: '', rotationIntervalDays: 90 };
  const resources = alarmResources(ALARMS, { ...monitoring, dashboard: 'off' }, () => true);
  const names = Object.keys(ALARMS);
  return Object.fromEntries(
    Object.values(resources).map(({ Properties }, at) => [
      names[at] ?? '',
      resolved(Properties) as WrittenAlarm,
    ]),
  );
})();

/** A stretch of a day in minutes: from the first to the one before the last. */
type Stretch = readonly [from: number, to: number];

/** The metrics of one day. */
export class MetricDay {
  readonly #store = new MetricStore(new ManualClock(END));

  /**
   * Writes values of a metric.
   *
   * @param minutes - the minutes of the day at which they are written
   */
  at(metric: Metric, minutes: readonly number[], ...values: readonly number[]): this {
    const { namespace, name, of } = metric;
    const dimensions = of === undefined ? { Stage: STAGE } : (resolved(of) as Record<string, string>);
    for (const minute of minutes)
      this.#store.put({ namespace, name, dimensions, at: BEGIN + minute * ONE_MINUTE, values });
    return this;
  }

  /** Writes values of a metric at a fixed rate. @param rate - in minutes */
  every(rate: number, metric: Metric, value: number, [from, to]: Stretch = [0, MINUTES]): this {
    const first = Math.ceil(from / rate) * rate;
    const length = Math.max(0, Math.ceil((to - first) / rate));
    return this.at(
      metric,
      Array.from({ length }, (_, at) => first + at * rate),
      value,
    );
  }

  /** Lists the alarms that are on, or have no data, at the end of a minute. */
  alarmsAt(minute: number): string[] {
    const now = BEGIN + (minute + 1) * ONE_MINUTE;
    return Object.entries(ALARMS_OF_STACK)
      .filter(([, alarm]) => evaluateAlarm(alarm, this.#store, now) !== 'OK')
      .map(([name]) => name);
  }

  /** Lists the alarms that are on at any of the minutes. */
  alarmsWithin([from, to]: Stretch, step = 1): string[] {
    const minutes = Array.from({ length: Math.ceil((to - from) / step) }, (_, at) => from + at * step);
    return [...new Set(minutes.flatMap((minute) => this.alarmsAt(minute)))].sort();
  }
}
