import { beforeEach, expect, test } from '@jest/globals';
import { MINUTE } from '../../../../../../lib/runtime/time.ts';
import { AwsMetrics } from '../../../../../../tools/local/stack/monitoring/aws-metrics.ts';
import { MetricStore } from '../../../../../../tools/local/stand-ins/cloudwatch/index.ts';
import { ManualClock } from '../../../../../support/runtime/clock.ts';

let clock: ManualClock;
let store: MetricStore;
let aws: AwsMetrics;

beforeEach(() => {
  clock = new ManualClock();
  store = new MetricStore(clock);
  aws = new AwsMetrics(store, clock);
});

/** The sums of the present minute, as `namespace metric dimensions`. */
const sums = (): Record<string, number | undefined> =>
  Object.fromEntries(
    store.metrics().map((metric) => {
      const dimensions = Object.values(metric.dimensions).join(',');
      const values = store.values(metric, { start: clock.now(), length: MINUTE }, metric.unit);
      return [`${metric.namespace} ${metric.name} ${dimensions}`, values?.statistic('Sum')];
    }),
  );

test('Lambda counts each call, and 0 errors for one that succeeds', () => {
  const first = aws.called('mintToken');
  const second = aws.called('mintToken');
  clock.advance(40);
  first(false);
  second(true);
  expect(sums()).toEqual({
    'AWS/Lambda ConcurrentExecutions mintToken': 1 + 2,
    'AWS/Lambda Duration mintToken': 80,
    'AWS/Lambda Errors mintToken': 1,
    'AWS/Lambda Invocations mintToken': 2,
    'AWS/Lambda Throttles mintToken': 0,
  });
});

test('A call that Lambda refuses is no invocation', () => {
  aws.throttled('mintToken');
  expect(sums()).toEqual({ 'AWS/Lambda Throttles mintToken': 1 });
});

test.each([
  [201, 0, 0],
  [404, 1, 0],
  [499, 1, 0],
  [500, 0, 1],
  [503, 0, 1],
])(
  'API Gateway counts an answer of %d, for the API and for its stage',
  (status, clientErrors, serverErrors) => {
    aws.answered({ status, latency: 30, integrationLatency: undefined, throttled: false });
    const of = (dimensions: string) => ({
      [`AWS/ApiGateway Count ${dimensions}`]: 1,
      [`AWS/ApiGateway 4xx ${dimensions}`]: clientErrors,
      [`AWS/ApiGateway 5xx ${dimensions}`]: serverErrors,
      [`AWS/ApiGateway Latency ${dimensions}`]: 30,
    });
    expect(sums()).toEqual({ ...of('local'), ...of('local,$default') });
  },
);

test('A request that API Gateway throttles counts as one of the stage, as the filter of its access log counts it', () => {
  aws.answered({ status: 429, latency: 1, integrationLatency: undefined, throttled: true });
  expect(sums()).toMatchObject({ 'Layermint RequestsThrottled local': 1, 'AWS/ApiGateway 4xx local': 1 });
});

test('DynamoDB tells throttled reads from throttled writes, and counts its own errors', () => {
  aws.tableRefused('table', 'BatchGetItem', 'throttled');
  aws.tableRefused('table', 'UpdateItem', 'throttled');
  aws.tableRefused('table', 'Query', 'system-error');
  expect(sums()).toEqual({
    'AWS/DynamoDB ThrottledRequests table,BatchGetItem': 1,
    'AWS/DynamoDB ReadThrottleEvents table': 1,
    'AWS/DynamoDB ThrottledRequests table,UpdateItem': 1,
    'AWS/DynamoDB WriteThrottleEvents table': 1,
    'AWS/DynamoDB SystemErrors table,Query': 1,
  });
});
