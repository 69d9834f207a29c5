import type { ProblemSlug } from '../../../lib/http/problems/problem.ts';
import { PROBE_CASES } from '../../../lib/probes/index.ts';
import type { Metric } from '../alarms/index.ts';
import { ofApi, ofFailureQueue, ofFunction, ofTable, own } from '../alarms/alarm.ts';
import type { Widget } from './widget.ts';

const HOUR = 3600;
const DAY = 86_400;

/** The reasons for which a caller gets no token, the usual ones first. */
const REASONS: readonly ProblemSlug[] = [
  'not-granted',
  'permissions-not-granted',
  'default-group-not-granted',
  'groups-not-in-token',
  'too-many-groups',
  'invalid-request',
  'revocations-pending',
  'no-signing-key',
  'signing-key-unavailable',
  'store-unavailable',
  'timed-out',
];

const eachOf = (names: readonly string[], metric: (name: string) => Metric): Record<string, Metric> =>
  Object.fromEntries(names.map((name) => [name, metric(name)]));

/** The graphs of the dashboard, in reading order: users first, then the service, then its costs. */
export const WIDGETS: readonly Widget[] = [
  {
    title: 'Tokens',
    lines: {
      minted: own('TokensMinted'),
      'backend tokens': own('BackendTokensMinted'),
      refused: own('TokensRefused'),
    },
  },
  {
    title: 'Refused tokens, by reason',
    lines: eachOf(REASONS, (reason) => own(`TokensRefused-${reason}`)),
  },
  {
    title: 'Time of a request for tokens (ms)',
    lines: {
      'one of two': own('MintDuration', 'p50'),
      '99 of 100': own('MintDuration', 'p99'),
    },
    mark: { label: 'mint-latency', value: 2000 },
  },
  {
    title: 'Answers of the API',
    lines: { '4xx': ofApi('4xx'), '5xx': ofApi('5xx') },
    right: { requests: ofApi('Count', 'SampleCount') },
  },
  {
    title: 'Errors',
    lines: {
      'answers of 500': own('InternalError'),
      'mintToken crashed': ofFunction('MintToken', 'Errors'),
      'sweepRevocations crashed': ofFunction('SweepRevocations', 'Errors'),
      'messages in the failure queue': ofFailureQueue('ApproximateNumberOfMessagesVisible'),
    },
  },
  {
    title: 'Throttles and limits',
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
    lines: { 'longest wait (s)': own('OldestPendingRevocation', 'Maximum') },
    right: { number: own('PendingRevocations', 'Maximum') },
    period: 60,
    mark: { label: 'revocations-waiting', value: 600 },
  },
  {
    title: 'Revocations that fail',
    lines: {
      'refused by Document Engine': own('RevocationRefused'),
      'not written': own('RevocationNotWritten'),
      'passed over': own('HoldersPassedOver'),
    },
  },
  {
    title: 'Callers',
    lines: {
      'groups unreadable': own('GroupsUnreadable'),
      'caller token refused': own('CallerTokenRefused'),
      'issuer unavailable': own('IssuerUnavailable'),
      'issuer keys stale': own('IssuerKeysStale'),
    },
  },
  {
    title: 'Age of the signing key (days)',
    lines: { age: { expression: `age / ${DAY}`, over: { age: own('SigningKeyAge', 'Maximum') } } },
    period: HOUR,
  },
  {
    title: 'Rotation',
    lines: {
      rotated: own('SigningKeyRotated'),
      'step failed': own('SigningKeyRotationFailed'),
      'key stale': own('SigningKeyStale'),
    },
    period: HOUR,
  },
  {
    title: "Document Engine's list of keys",
    needs: 'CheckKeysLambdaFunction',
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
    title: 'Probes that failed',
    needs: 'ProbeServiceLambdaFunction',
    lines: { ...eachOf(PROBE_CASES, (name) => own(`ProbeFailed-${name}`, 'Maximum')) },
    right: { 'not run': own('ProbesNotRun', 'Maximum') },
  },
  {
    title: 'Audit records',
    needs: 'RecordAuditLambdaFunction',
    lines: { written: own('AuditRecordsWritten') },
    right: { 'not written': own('AuditRecordsNotWritten'), errors: ofFunction('RecordAudit', 'Errors') },
  },
  {
    title: 'Costs: calls',
    lines: {
      'requests to the API': ofApi('Count', 'SampleCount'),
      'calls of mintToken': ofFunction('MintToken', 'Invocations'),
      'calls of sweepRevocations': ofFunction('SweepRevocations', 'Invocations'),
    },
    period: HOUR,
  },
  {
    title: 'Costs: units of DynamoDB',
    lines: { read: ofTable('ConsumedReadCapacityUnits'), write: ofTable('ConsumedWriteCapacityUnits') },
    period: HOUR,
  },
];
