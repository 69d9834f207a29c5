import { type Alarm, ofApi, ofFunction, own } from './alarm.ts';

const MINUTE = 60;
const FIVE_MINUTES = 300;

/**
 * Alarms about requests.
 *
 * Three bad minutes of five: a single failed request, the few that a deployment can cost, and one cold start are over by then. A share
 * instead of a number, so that one line holds for a stage with ten requests an hour and for one with a hundred a second.
 */
export const REQUEST_ALARMS: Readonly<Record<string, Alarm>> = {
  'api-errors': {
    kind: 'page',
    says: 'At least 5 % of the requests got an answer of 5xx, in three of five minutes.',
    metrics: { errors: ofApi('5xx'), requests: ofApi('Count', 'SampleCount') },
    expression: '100 * FILL(errors, 0) / requests',
    ...{ period: MINUTE, of: [3, 5], is: '>=', threshold: 5 },
  },
  // A crash, a time-out or too little memory. API Gateway answers such a request with 5xx, too; this alarm names the function.
  'mint-errors': {
    kind: 'page',
    says: 'At least 5 % of the calls of mintToken crashed or ran out of time or memory, in three of five minutes.',
    metrics: { errors: ofFunction('MintToken', 'Errors'), calls: ofFunction('MintToken', 'Invocations') },
    expression: '100 * FILL(errors, 0) / calls',
    ...{ period: MINUTE, of: [3, 5], is: '>=', threshold: 5 },
  },
  // One item that cannot be read fails the requests for one document only, so its share of all requests is small.
  'internal-errors': {
    kind: 'ticket',
    says: 'Requests were answered with 500 again and again, in three different five minutes of an hour.',
    metrics: { errors: own('InternalError') },
    ...{ period: FIVE_MINUTES, of: [3, 12], is: '>=', threshold: 1 },
  },
};
