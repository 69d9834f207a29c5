import { METRIC_NAMESPACE, unitOf, type MetricName, type Metrics } from './metrics.ts';
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

/** The part of Lambda's context that the lines of an invocation name. */
export interface Invocation {
  readonly functionName: string;
  readonly memoryLimitInMB: string;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
}

/** Writes one line. Its metrics are written at every log level: below the logger's level, they make a line without anything else. */
export type WriteLine = (message: string, fields?: LogFields, metrics?: Metrics) => void;

/**
 * A log of one JSON object a line. CloudWatch Logs Insights reads its fields. Those of every line have the names that Powertools for AWS
 * Lambda gives them, so that queries for its lines work here too. Metrics are in the embedded metric format.
 */
export interface Logger {
  readonly debug: WriteLine;
  readonly info: WriteLine;
  readonly warn: WriteLine;
  readonly error: WriteLine;
  /** Counts an event as a CloudWatch metric, in a line of its own. */
  count(metric: MetricName): void;
  /** Records a measured value in the same way, in the metric's unit. */
  gauge(metric: MetricName, value: number): void;
  /** Begins an invocation of the function, which all later lines name. Lambda gives a process one invocation at a time. */
  begin(invocation: Partial<Invocation>): void;
}

const SERVICE = 'layermint';

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
  const lowest = LOG_LEVELS.indexOf(level);
  let ofInvocation: Readonly<Record<string, unknown>> = {};
  let isCold = true;
  const line = (fields: object): void => {
    write(`${JSON.stringify(fields)}\n`);
  };
  const at =
    (name: LogLevel): WriteLine =>
    (message, fields, metrics) => {
      const measured = metrics && embedded(metrics, now(), stage);
      if (LOG_LEVELS.indexOf(name) >= lowest) {
        const common = { timestamp: new Date(now()).toISOString(), level: name.toUpperCase(), message };
        line({ ...common, ...shownIn(fields, shownUserId), service: SERVICE, ...ofInvocation, ...measured });
      } else if (measured !== undefined) line(measured);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    count: (metric) => {
      line(embedded({ [metric]: 1 }, now(), stage));
    },
    gauge: (metric, value) => {
      line(embedded({ [metric]: value }, now(), stage));
    },
    begin: (invocation) => {
      ofInvocation = fieldsOf(invocation, isCold);
      isCold = false;
    },
  };
}

/** Makes the fields that Powertools for AWS Lambda adds to every line of an invocation. */
function fieldsOf(invocation: Partial<Invocation>, isCold: boolean): Readonly<Record<string, unknown>> {
  const { functionName, memoryLimitInMB, invokedFunctionArn, awsRequestId } = invocation;
  return {
    // A process that Lambda prepared in advance keeps no request waiting.
    cold_start: isCold && process.env['AWS_LAMBDA_INITIALIZATION_TYPE'] !== 'provisioned-concurrency',
    function_name: functionName,
    function_memory_size: memoryLimitInMB === undefined ? undefined : Number(memoryLimitInMB),
    function_arn: invokedFunctionArn,
    function_request_id: awsRequestId,
    xray_trace_id: /Root=([^;]+)/.exec(process.env['_X_AMZN_TRACE_ID'] ?? '')?.[1],
  };
}

function shownIn(fields: LogFields = {}, shownUserId: ShownUserId): Readonly<Record<string, unknown>> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields))
    shown[name] = value instanceof UserText ? value.as(shownUserId) : value;
  return shown;
}

/** Makes the fields that CloudWatch reads as metrics (CloudWatch User Guide, "Specification: Embedded metric format"). */
function embedded(
  metrics: Metrics,
  at: number,
  stage: string | undefined,
): Readonly<Record<string, unknown>> {
  const names = Object.keys(metrics) as MetricName[];
  const directive = {
    Namespace: METRIC_NAMESPACE,
    Dimensions: [stage === undefined ? [] : ['Stage']],
    Metrics: names.map((name) => ({ Name: name, Unit: unitOf(name) })),
  };
  return { _aws: { Timestamp: at, CloudWatchMetrics: [directive] }, Stage: stage, ...metrics };
}
