import { METRIC_NAMESPACE, unitOf, type MetricName } from './metrics.ts';

/** The log levels, from the most verbose. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** One of the log levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The fields of a log line beside its message: plain values, chosen one by one, never a whole object from outside. */
export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

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
 * @param dimensions - the dimensions of every metric, such as the stage: two stages of an account share the namespace
 */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(line),
  now: () => number = Date.now,
  dimensions: Readonly<Record<string, string>> = {},
): Logger {
  const lowest = LOG_LEVELS.indexOf(level);
  const at = (name: LogLevel) =>
    LOG_LEVELS.indexOf(name) < lowest
      ? () => undefined
      : (message: string, fields?: LogFields) => {
          write(
            `${JSON.stringify({ timestamp: new Date(now()).toISOString(), level: name, message, ...fields })}\n`,
          );
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
