import type { ProblemSlug } from '../../../lib/http/problems/problem.ts';
import { PROBE_CASES } from '../../../lib/probes/index.ts';
import type { Metric } from '../alarms/index.ts';
import { ofApi, ofFailureQueue, ofFunction, ofTable, own } from '../alarms/alarm.ts';
import type { Widget } from './widget.ts';

const HOUR = 3600;
const DAY = 86_400;

/** The reasons for which a caller is refused a token, the usual ones first. A failure of the service (5xx) is no refusal. */
export const REASONS: readonly ProblemSlug[] = [
  'not-granted',
  'permissions-not-granted',
  'default-group-not-granted',
  'groups-not-in-token',
  'too-many-groups',
  'scope-missing',
  'invalid-request',
  'token-too-large',
  'too-many-items',
  'too-many-requests',
];

const eachOf = (names: readonly string[], metric: (name: string) => Metric): Record<string, Metric> =>
  Object.fromEntries(names.map((name) => [name, metric(name)]));

/** The graphs of the dashboard, in reading order: what users see, the promises of the service, its keys, the callers, its costs. */
export const WIDGETS: readonly Widget[] = [
  {
    title: 'Answers of the API',
    unit: 'in 5 minutes',
    // On one axis: with a scale of its own, a small share of failures looks like all requests.
    lines: { '5xx': ofApi('5xx'), '4xx': ofApi('4xx'), requests: ofApi('Count', 'SampleCount') },
  },
  {
    title: 'Time of a request for tokens',
    unit: 'ms',
    lines: {
      'one of two': own('MintDuration', 'p50'),
      '99 of 100': own('MintDuration', 'p99'),
    },
    mark: { alarm: 'mint-latency' },
  },
  {
    title: 'Tokens',
    unit: 'in 5 minutes',
    lines: {
      minted: own('TokensMinted'),
      'backend tokens': own('BackendTokensMinted'),
      refused: own('TokensRefused'),
    },
  },
  {
    title: 'Refused tokens, by reason',
    unit: 'in 5 minutes',
    lines: eachOf(REASONS, (reason) => own(`TokensRefused-${reason}`)),
  },
  {
    title: 'Errors',
    unit: 'in 5 minutes',
    lines: {
      'answers of 500': own('InternalError'),
      'mintToken crashed': ofFunction('MintToken', 'Errors'),
      'sweepRevocations crashed': ofFunction('SweepRevocations', 'Errors'),
      'messages in the failure queue': ofFailureQueue('ApproximateNumberOfMessagesVisible'),
    },
  },
  {
    title: 'Throttles and limits',
    unit: 'in 5 minutes',
    lines: {
      'API Gateway (429)': own('RequestsThrottled'),
      'limit of a user (429)': own('RequestsLimited'),
      'Lambda: mintToken': ofFunction('MintToken', 'Throttles'),
      'DynamoDB: reads': ofTable('ReadThrottleEvents'),
      'DynamoDB: writes': ofTable('WriteThrottleEvents'),
    },
  },
  {
    title: 'Revocations that wait',
    unit: 'seconds',
    lines: { 'longest wait': own('OldestPendingRevocation', 'Maximum') },
    rightUnit: 'number',
    right: { number: own('PendingRevocations', 'Maximum') },
    period: 60,
    mark: { alarm: 'revocations-waiting' },
  },
  {
    title: 'Revocations that fail',
    unit: 'in 5 minutes',
    lines: {
      'refused by Document Engine': own('RevocationRefused'),
      'not written': own('RevocationNotWritten'),
      'passed over': own('HoldersPassedOver'),
    },
  },
  {
    title: 'Probes that failed',
    needs: 'ProbeServiceLambdaFunction',
    unit: '1 = failed',
    lines: { ...eachOf(PROBE_CASES, (name) => own(`ProbeFailed-${name}`, 'Maximum')) },
    rightUnit: 'number',
    right: { 'not run': own('ProbesNotRun', 'Maximum') },
  },
  {
    title: "Document Engine's list of keys",
    needs: 'CheckKeysLambdaFunction',
    unit: 'keys',
    lines: {
      lost: own('KeysUnknownToDocumentEngine', 'Maximum'),
      'registered again': own('KeysRegisteredAgain'),
      'ended again': own('KeysEndedAgain'),
      'not registered again': own('KeysNotRegisteredAgain', 'Maximum'),
      foreign: own('ForeignKeyAtDocumentEngine', 'Maximum'),
      'check failed': own('KeyCheckFailed', 'Maximum'),
    },
    period: HOUR,
  },
  {
    title: 'Rotation',
    unit: 'in an hour',
    lines: {
      rotated: own('SigningKeyRotated'),
      'step failed': own('SigningKeyRotationFailed'),
      'key stale': own('SigningKeyStale'),
    },
    period: HOUR,
  },
  {
    title: 'Age of the signing key',
    unit: 'days',
    lines: { age: { expression: `age / ${DAY}`, over: { age: own('SigningKeyAge', 'Maximum') } } },
    period: HOUR,
    mark: { alarm: 'signing-key-old', unit: DAY },
  },
  {
    title: 'Callers',
    unit: 'in 5 minutes',
    lines: {
      'groups unreadable': own('GroupsUnreadable'),
      'caller token refused': own('CallerTokenRefused'),
      'issuer unavailable': own('IssuerUnavailable'),
      'issuer keys stale': own('IssuerKeysStale'),
    },
  },
  {
    title: 'Audit records',
    needs: 'RecordAuditLambdaFunction',
    unit: 'in 5 minutes',
    lines: { written: own('AuditRecordsWritten') },
    rightUnit: 'in 5 minutes',
    right: { 'not written': own('AuditRecordsNotWritten'), errors: ofFunction('RecordAudit', 'Errors') },
  },
  {
    title: 'Costs: calls',
    unit: 'in an hour',
    lines: {
      'requests to the API': ofApi('Count', 'SampleCount'),
      'calls of mintToken': ofFunction('MintToken', 'Invocations'),
      'calls of sweepRevocations': ofFunction('SweepRevocations', 'Invocations'),
    },
    period: HOUR,
  },
  {
    title: 'Costs: units of DynamoDB',
    unit: 'in an hour',
    lines: { read: ofTable('ConsumedReadCapacityUnits'), write: ofTable('ConsumedWriteCapacityUnits') },
    period: HOUR,
  },
];
