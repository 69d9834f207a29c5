import type { Clock } from '../../../../lib/runtime/clock.ts';
import { METRIC_NAMESPACE } from '../../../../lib/runtime/metrics.ts';
import type { Milliseconds } from '../../../../lib/runtime/time.ts';
import type { AnsweredRequest } from '../../stand-ins/api-gateway/index.ts';
import type { MetricStore } from '../../stand-ins/cloudwatch/index.ts';

/** The stage of the local stack. */
const STAGE = 'local';

/** The `ApiId` of the API's metrics. */
export const API_ID = 'local';

/** The `QueueName` of the metrics of the failure queue. */
export const FAILURE_QUEUE = 'layermint-local-FailureQueue';

/** The kinds of failures that DynamoDB counts. */
export type TableFailure = 'system-error' | 'throttled';

/** The operations of DynamoDB that only read. */
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);

/**
 * Records the metrics that AWS's services write about themselves, with their names, units and dimensions: Lambda's ("Types of metrics
 * for Lambda functions"), those of HTTP APIs ("Monitor CloudWatch metrics for HTTP APIs"), DynamoDB's ("DynamoDB metrics and
 * dimensions") and those of SQS ("Available CloudWatch metrics for Amazon SQS"). The detailed metrics of routes are not among them.
 */
export class AwsMetrics {
  readonly #store: MetricStore;
  readonly #clock: Clock;
  readonly #running = new Map<string, number>();

  constructor(store: MetricStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Records that a call of a function has begun. @returns records its end */
  called(functionName: string): (failed: boolean) => void {
    const startedAt = this.#clock.now();
    const dimensions = { FunctionName: functionName };
    const running = (this.#running.get(functionName) ?? 0) + 1;
    this.#running.set(functionName, running);
    this.#put('AWS/Lambda', dimensions, startedAt, { ConcurrentExecutions: running });
    return (failed) => {
      this.#running.set(functionName, (this.#running.get(functionName) ?? 1) - 1);
      const duration = this.#clock.now() - startedAt;
      // The time of an error is that of the call, not of its end.
      const counts = { Invocations: 1, Errors: failed ? 1 : 0, Throttles: 0 };
      this.#put('AWS/Lambda', dimensions, startedAt, counts);
      this.#put('AWS/Lambda', dimensions, startedAt, { Duration: duration }, 'Milliseconds');
    };
  }

  /** Records a call that Lambda refused. It is not an invocation. */
  throttled(functionName: string): void {
    this.#put('AWS/Lambda', { FunctionName: functionName }, this.#clock.now(), { Throttles: 1 });
  }

  /** Records an answer of the API. */
  answered({ status, latency, integrationLatency, throttled }: AnsweredRequest): void {
    const now = this.#clock.now();
    // A metric filter of the access log writes it on AWS (infra/stack/api/access-log.yml).
    if (throttled) this.#put(METRIC_NAMESPACE, { Stage: STAGE }, now, { RequestsThrottled: 1 });
    const counts = {
      Count: 1,
      '4xx': status >= 400 && status < 500 ? 1 : 0,
      '5xx': status >= 500 ? 1 : 0,
    };
    const times = {
      Latency: latency,
      ...(integrationLatency !== undefined && { IntegrationLatency: integrationLatency }),
    };
    for (const dimensions of [{ ApiId: API_ID }, { ApiId: API_ID, Stage: '$default' }]) {
      this.#put('AWS/ApiGateway', dimensions, now, counts);
      this.#put('AWS/ApiGateway', dimensions, now, times, 'Milliseconds');
    }
  }

  /** Records a request that DynamoDB did not carry out. */
  tableRefused(TableName: string, Operation: string, failure: TableFailure): void {
    const now = this.#clock.now();
    const dimensions = { TableName, Operation };
    if (failure === 'system-error') {
      this.#put('AWS/DynamoDB', dimensions, now, { SystemErrors: 1 });
      return;
    }
    this.#put('AWS/DynamoDB', dimensions, now, { ThrottledRequests: 1 });
    const events = READS.has(Operation) ? 'ReadThrottleEvents' : 'WriteThrottleEvents';
    this.#put('AWS/DynamoDB', { TableName }, now, { [events]: 1 });
  }

  /** Records an event that went to the failure queue. */
  failureSent(): void {
    this.#put('AWS/SQS', { QueueName: FAILURE_QUEUE }, this.#clock.now(), { NumberOfMessagesSent: 1 });
  }

  /** Records the length of the failure queue, as SQS does every minute. */
  failuresWaiting(count: number): void {
    const counts = { ApproximateNumberOfMessagesVisible: count };
    this.#put('AWS/SQS', { QueueName: FAILURE_QUEUE }, this.#clock.now(), counts);
  }

  #put(
    namespace: string,
    dimensions: Readonly<Record<string, string>>,
    at: Milliseconds,
    values: Readonly<Record<string, number>>,
    unit = 'Count',
  ): void {
    for (const [name, value] of Object.entries(values))
      this.#store.put({ namespace, name, dimensions, at, values: [value], unit });
  }
}
