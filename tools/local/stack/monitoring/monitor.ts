import type { Clock } from '../../../../lib/runtime/clock.ts';
import { MINUTE, toMilliseconds } from '../../../../lib/runtime/time.ts';
import { embeddedMetrics, MetricStore } from '../../stand-ins/cloudwatch/index.ts';
import type { TakeLine } from '../../stand-ins/lambda/index.ts';
import type { DeployedService } from '../service/deployed-service.ts';
import { AwsMetrics } from './aws-metrics.ts';
import { alarmsOf, LocalAlarms, type AlarmReport } from './local-alarms.ts';
import type { WatchedFunctions } from './watched-functions.ts';

/** CloudWatch of a running stack: the metrics of its parts, and the alarms that a stage has. */
export interface Monitor {
  readonly store: MetricStore;
  readonly aws: AwsMetrics;
  /** Takes the metrics from a line of a function's log. */
  readonly takeLine: TakeLine;
  /** Evaluates the alarms every minute from now on, and counts the failure queue. */
  watch(service: Pick<DeployedService, 'config' | 'tableName'>, functions: WatchedFunctions): Watch;
}

/** The alarms of a running stack. */
export interface Watch {
  /** Evaluates the alarms now. */
  alarms(): AlarmReport[];
  /** Does the work of a minute: counts the failure queue, and evaluates the alarms. */
  minute(): void;
  close(): Promise<void>;
}

/** Makes the monitor of a stack. */
export function createMonitor(clock: Clock): Monitor {
  const store = new MetricStore(clock);
  const aws = new AwsMetrics(store, clock);
  return {
    store,
    aws,
    takeLine: (_, line) => {
      // The functions run on the machine's clock, and the rest of the stack on its own.
      for (const datum of embeddedMetrics(line)) store.put({ ...datum, at: clock.now() });
    },
    watch: ({ config, tableName }, functions) => {
      const alarms = new LocalAlarms(alarmsOf(config, tableName), store, clock);
      const minute = (): void => {
        aws.failuresWaiting(functions.failures.list().length);
        alarms.evaluate();
      };
      const timer = setInterval(minute, toMilliseconds(MINUTE));
      return {
        alarms: () => alarms.evaluate(),
        minute,
        close: () => {
          clearInterval(timer);
          return Promise.resolve();
        },
      };
    },
  };
}
