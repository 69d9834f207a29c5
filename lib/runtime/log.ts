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

/** Base of the errors that this project makes; each has a stable `code`, and a message that holds nothing secret. */
export abstract class LayermintError extends Error {
  abstract readonly code: string;
}

/**
 * What a log line may say of an error. The message of a foreign error is left out, as it can quote what it was given:
 * `JSON.parse` quotes the request body. Its code or type and the place it came from stay.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  if (error instanceof LayermintError) {
    return {
      error: error.code,
      reason: error.message,
      ...(error.cause instanceof Error && { cause: nameOf(error.cause) }),
    };
  }
  return { error: nameOf(error), place: placeOf(error) };
}

/** What an error is called where its message may not be told: by its code (`ECONNREFUSED`), else by its type. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** The innermost frames of the stack, which begins with the message. */
function placeOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  // A message that was changed later may stand in the stack as it was before.
  if (start === -1) return [];
  return stack
    .slice(start + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
}
