import { METRIC_NAMESPACE, unitOf, type MetricName } from './metrics.ts';
import { UserText, type ShownUserId } from './user-id-in-logs.ts';

/** The log levels, from the most verbose. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** One of the log levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * The fields of a log line beside its message: plain values, chosen one by one, never a whole object from outside. The fields that are
 * always user ids take no plain string, so that the logger can hash them.
 */
export type LogFields = Readonly<
  Record<string, string | number | boolean | UserText | readonly string[] | undefined>
> & { readonly userId?: UserText; readonly callerId?: UserText; readonly ofUser?: UserText };

/** The function of a logger. */
export interface LoggedFunction {
  /** The one dimension of every metric: two stages of an account share the namespace. Absent: metrics without a dimension. */
  readonly stage?: string;
  /** The form of user ids; as they are unless given. */
  readonly shownUserId?: ShownUserId;
}

/** A log of one JSON object a line. CloudWatch Logs Insights reads its fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Counts an event as a CloudWatch metric, in the embedded metric format. It is written at every log level. */
  count(metric: MetricName): void;
  /** Records a measured value in the same way, in the metric's unit. */
  gauge(metric: MetricName, value: number): void;
}

/**
 * Makes a logger.
 *
 * @param level - lines below this level are not written
 * @param write - writes one finished line, its line break included; to standard output unless given
 * @param now - the current time, milliseconds since the Unix epoch; the machine's unless given
 */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(line),
  now: () => number = Date.now,
  { stage, shownUserId = (userId) => userId }: LoggedFunction = {},
): Logger {
  const dimensions = stage === undefined ? {} : { Stage: stage };
  const shown = (fields: LogFields): LogFields =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        value instanceof UserText ? value.as(shownUserId) : value,
      ]),
    );
  const lowest = LOG_LEVELS.indexOf(level);
  const at = (name: LogLevel) =>
    LOG_LEVELS.indexOf(name) < lowest
      ? () => undefined
      : (message: string, fields: LogFields = {}) => {
          const line = { timestamp: new Date(now()).toISOString(), level: name, message, ...shown(fields) };
          write(`${JSON.stringify(line)}\n`);
        };
  const measure = (metric: MetricName, value: number): void => {
    const metrics = [
      {
        Namespace: METRIC_NAMESPACE,
        Dimensions: [Object.keys(dimensions)],
        Metrics: [{ Name: metric, Unit: unitOf(metric) }],
      },
    ];
    const described = { _aws: { Timestamp: now(), CloudWatchMetrics: metrics } };
    write(`${JSON.stringify({ ...described, ...dimensions, [metric]: value })}\n`);
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    count: (metric) => {
      measure(metric, 1);
    },
    gauge: measure,
  };
}
