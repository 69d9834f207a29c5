import { type Alarm, ofApi, ofFunction, ofTable, own } from './alarm.ts';

const MINUTE = 60;
const FIVE_MINUTES = 300;

/**
 * Alarms about requests.
 *
 * Three bad minutes of five: a single failed request, the few that a deployment can cost, and one cold start are over by then. A share
 * instead of a number, so that one line fits a stage with ten requests an hour and one with a hundred a second.
 */
export const REQUEST_ALARMS: Readonly<Record<string, Alarm>> = {
  'api-errors': {
    kind: 'page',
    says: 'At least 5 % of the requests got an answer of 5xx, in three of five minutes.',
    metrics: { errors: ofApi('5xx'), requests: ofApi('Count', 'SampleCount') },
    expression: '100 * FILL(errors, 0) / requests',
    ...{ period: MINUTE, of: [3, 5], is: '>=', threshold: 5 },
  },
  // API Gateway answers such a request with 5xx, too. This alarm names the function.
  'mint-errors': {
    kind: 'page',
    says: 'At least 5 % of the calls of mintToken crashed or ran out of time or memory, in three of five minutes.',
    metrics: { errors: ofFunction('MintToken', 'Errors'), calls: ofFunction('MintToken', 'Invocations') },
    expression: '100 * FILL(errors, 0) / calls',
    ...{ period: MINUTE, of: [3, 5], is: '>=', threshold: 5 },
  },
  // One item that cannot be read fails the requests for one document alone: a small share of all requests, which nobody else reports.
  'internal-errors': {
    kind: 'ticket',
    says: 'Requests got an answer of 500 in three different five minutes of an hour.',
    metrics: { errors: own('InternalError') },
    ...{ period: FIVE_MINUTES, of: [3, 12], is: '>=', threshold: 1 },
  },
  // A cold start takes about half a second. Without much traffic the slowest of 100 requests is the slowest of all, so a quiet stage
  // reaches two seconds for fifteen minutes only if every start is that slow.
  'mint-latency': {
    kind: 'ticket',
    says: 'The slowest of 100 requests for tokens took over two seconds, for fifteen minutes.',
    metrics: { duration: own('MintDuration', 'p99') },
    ...{ period: FIVE_MINUTES, of: [3, 3], is: '>', threshold: 2000 },
  },
  // mintToken alone: all functions without reserved concurrency share the account's, and most calls are of this one. A throttled sweeper
  // is found by sweeper-silent, any other function by api-errors.
  'lambda-throttles': {
    kind: 'page',
    says: 'Lambda refused calls of mintToken for want of concurrency, in three of five minutes.',
    metrics: { throttles: ofFunction('MintToken', 'Throttles') },
    ...{ period: MINUTE, of: [3, 5], is: '>=', threshold: 1 },
  },
  // A revocation for a document with 100,000 users is throttled for five minutes, and continues by itself.
  'table-throttles': {
    kind: 'ticket',
    says: 'DynamoDB throttled reads or writes of the table for fifteen minutes.',
    metrics: { reads: ofTable('ReadThrottleEvents'), writes: ofTable('WriteThrottleEvents') },
    expression: 'FILL(reads, 0) + FILL(writes, 0)',
    ...{ period: FIVE_MINUTES, of: [3, 3], is: '>=', threshold: 10 },
  },
  // The API's own metrics only have 4xx, in which every expired token counts. A filter of the access log counts 429 (access-log.yml).
  'api-throttles': {
    kind: 'ticket',
    says: 'API Gateway refused requests with 429 in three of five minutes.',
    metrics: { refused: own('RequestsThrottled') },
    ...{ period: MINUTE, of: [3, 5], is: '>=', threshold: 10 },
  },
};
