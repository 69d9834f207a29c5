/** The log levels, from the most verbose. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** One of the log levels. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a line may say beside its message: plain values, chosen one by one, never a whole object from outside. */
export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Writes one JSON object a line, which CloudWatch Logs Insights reads by field. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Counts an event as a CloudWatch metric, in the embedded metric format; written at every level. */
  count(metric: string): void;
  /** Writes down a measured value, the same way. */
  gauge(metric: string, value: number, unit: MetricUnit): void;
}

/** CloudWatch's units that are used here. */
export type MetricUnit = 'Count' | 'Seconds';

/** Where metrics are counted in CloudWatch. */
export const METRIC_NAMESPACE = 'Layermint';

/**
 * @param level - lines below this level are not written
 * @param write - takes one finished line; standard output unless given
 */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(line),
  now: () => number = Date.now,
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
  const measure = (metric: string, value: number, unit: MetricUnit): void => {
    const metrics = [
      { Namespace: METRIC_NAMESPACE, Dimensions: [[]], Metrics: [{ Name: metric, Unit: unit }] },
    ];
    write(`${JSON.stringify({ _aws: { Timestamp: now(), CloudWatchMetrics: metrics }, [metric]: value })}\n`);
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    count: (metric) => {
      measure(metric, 1, 'Count');
    },
    gauge: measure,
  };
}
