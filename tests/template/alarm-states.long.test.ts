import { describe, expect, test } from '@jest/globals';
import { ofApi, ofFailureQueue, ofFunction, ofTable, own } from '../../infra/stack/alarms/alarm.ts';
import { ALARMS } from '../../infra/stack/alarms/index.ts';
import { MetricDay, MINUTES } from '../support/cloudwatch/metric-day.ts';

const HOUR = 60;
const CASES = [
  'mint',
  'open-document',
  'no-grant',
  'private-layer',
  'expired-caller-token',
  'forged-signature',
];
const DAYS = 86_400;

type Stretch = readonly [number, number];
type Change = (day: MetricDay, stretch: Stretch) => unknown;

/** Everything that a stage writes if nothing is wrong, but the requests. */
const scheduled = (day: MetricDay, stretch: Stretch): MetricDay => {
  day
    .every(1, own('OldestPendingRevocation'), 0, stretch)
    .every(1, own('PendingRevocations'), 0, stretch)
    .every(5, own('ProbesNotRun'), 0, stretch)
    .every(HOUR, own('KeyCheckFailed'), 0, stretch)
    .every(HOUR, own('KeysUnknownToDocumentEngine'), 0, stretch)
    .every(HOUR, own('KeysNotRegisteredAgain'), 0, stretch)
    .every(HOUR, own('ForeignKeyAtDocumentEngine'), 0, stretch)
    .every(HOUR, own('SigningKeyAge'), 89 * DAYS, stretch);
  for (const name of [...CASES, 'revoked-token', 'vouched-without-scope'])
    day.every(5, own(`ProbeFailed-${name}`), 0, stretch);
  return day;
};

/** Requests for tokens that succeed. @param rate - the minutes between two of them */
const requests = (day: MetricDay, stretch: Stretch, rate = 1): MetricDay =>
  day
    .every(rate, own('TokensMinted'), 1, stretch)
    .every(rate, own('AuditRecordsWritten'), 1, stretch)
    .every(rate, own('MintDuration'), 20, stretch)
    .every(rate, ofApi('Count'), 1, stretch)
    .every(rate, ofApi('4xx'), 0, stretch)
    .every(rate, ofApi('5xx'), 0, stretch)
    .every(rate, ofFunction('MintToken', 'Invocations'), 1, stretch)
    .every(rate, ofFunction('MintToken', 'Errors'), 0, stretch)
    .every(rate, ofFunction('MintToken', 'Throttles'), 0, stretch);

const WHOLE: Stretch = [0, MINUTES];

const quietDay = (rate = 1): MetricDay => requests(scheduled(new MetricDay(), WHOLE), WHOLE, rate);

describe('nobody is woken', () => {
  test.each([
    ['on a day with a request a minute', quietDay()],
    ['on a day with three requests an hour', quietDay(20)],
    ['on a day without requests', scheduled(new MetricDay(), WHOLE)],
    [
      'by a single request that fails',
      quietDay(20)
        .at(ofApi('5xx'), [700], 1)
        .at(ofApi('Count'), [700], 1)
        .at(own('InternalError'), [700], 1)
        .at(ofFunction('MintToken', 'Errors'), [700], 1)
        .at(ofFunction('MintToken', 'Invocations'), [700], 1),
    ],
    [
      'by a deployment during which requests fail for two minutes',
      quietDay().at(ofApi('5xx'), [700, 701], 1, 1, 1).at(own('InternalError'), [700, 701], 1, 1, 1),
    ],
    [
      'by a rotation, one of whose steps was repeated',
      quietDay().at(own('SigningKeyRotated'), [700], 1).at(own('SigningKeyRotationFailed'), [702], 1),
    ],
    ['by cold starts', quietDay(20).every(30, own('MintDuration'), 900)],
    ['by one slow start', quietDay(20).at(own('MintDuration'), [700], 3000)],
    ['by one refresh of the signing key that failed', quietDay().at(own('SigningKeyStale'), [700], 1)],
    [
      'by a restart of Document Engine of five minutes',
      quietDay()
        .every(1, own('OldestPendingRevocation'), 300, [700, 705])
        .at(own('ProbeFailed-open-document'), [700], 1)
        .at(own('ProbesNotRun'), [700], 5),
    ],
    [
      'by callers with expired tokens',
      quietDay().every(1, own('CallerTokenRefused'), 3).every(1, ofApi('4xx'), 1),
    ],
    [
      'by a large revocation, during which DynamoDB throttles',
      quietDay().every(1, ofTable('WriteThrottleEvents'), 900, [700, 704]),
    ],
  ])('%s', (_, day) => {
    // The windows of the first hours reach to before the day.
    expect(day.alarmsWithin([4 * HOUR, MINUTES], 3)).toEqual([]);
    expect(day.alarmsWithin([690, 730])).toEqual([]);
  });
});

/** A fault from minute 700 on, by the alarms that it sets off. */
const FAULTS: readonly (readonly [alarms: string, fault: string, change: Change])[] = [
  ['api-errors', 'every request fails', (day, on) => day.every(1, ofApi('5xx'), 1, on)],
  [
    'mint-errors',
    'mintToken has too little memory',
    (day, on) => day.every(1, ofFunction('MintToken', 'Errors'), 1, on),
  ],
  ['internal-errors', 'an item cannot be read', (day, on) => day.every(5, own('InternalError'), 1, on)],
  ['mint-latency', 'every fifth request is slow', (day, on) => day.every(5, own('MintDuration'), 2500, on)],
  [
    'lambda-throttles',
    'the account has no concurrency left',
    (day, on) => day.every(1, ofFunction('MintToken', 'Throttles'), 2, on),
  ],
  [
    'table-throttles',
    'DynamoDB throttles reads',
    (day, on) => day.every(1, ofTable('ReadThrottleEvents'), 5, on),
  ],
  ['api-throttles', 'a client floods a route', (day, on) => day.every(1, own('RequestsThrottled'), 40, on)],
  [
    'revocations-waiting',
    'Document Engine confirms no revocation',
    (day, on) => day.every(1, own('OldestPendingRevocation'), 700, on),
  ],
  [
    'revocation-refused',
    'Document Engine refuses one token',
    (day) => day.at(own('RevocationRefused'), [705], 1),
  ],
  ['revocation-not-written', 'an item is too large', (day) => day.at(own('RevocationNotWritten'), [705], 1)],
  ['revocation-not-written', 'a holder cannot be read', (day) => day.at(own('HoldersPassedOver'), [705], 1)],
  [
    'failure-queue',
    'a sweep failed',
    (day, on) => day.every(1, ofFailureQueue('ApproximateNumberOfMessagesVisible'), 1, on),
  ],
  ['rotation-failed', 'a rotation fails', (day) => day.at(own('SigningKeyRotationFailed'), [705], 1)],
  ['signing-key-old', 'no rotation begins', (day, on) => day.every(1, own('SigningKeyAge'), 94 * DAYS, on)],
  ['signing-key-stale', 'Secrets Manager is away', (day, on) => day.every(2, own('SigningKeyStale'), 1, on)],
  [
    'keys-lost',
    'Document Engine has lost keys',
    (day) => day.at(own('KeysUnknownToDocumentEngine'), [720], 2),
  ],
  [
    'keys-lost keys-not-registered',
    'and does not take them again',
    (day) => day.at(own('KeysUnknownToDocumentEngine'), [720], 2).at(own('KeysNotRegisteredAgain'), [720], 1),
  ],
  [
    'foreign-key',
    'another stage has rotated',
    (day, on) => day.every(HOUR, own('ForeignKeyAtDocumentEngine'), 1, on),
  ],
  [
    'probe-failed',
    'Document Engine is away',
    (day, on) => day.every(5, own('ProbeFailed-open-document'), 1, on),
  ],
  [
    'probe-not-refused',
    'a forged token opens a document',
    (day, on) => day.every(5, own('ProbeFailed-forged-signature'), 1, on),
  ],
  ['probes-not-run', 'the prober lacks its secret', (day, on) => day.every(5, own('ProbesNotRun'), 8, on)],
  ['audit-not-written', 'a record is refused', (day) => day.at(own('AuditRecordsNotWritten'), [705], 1)],
  [
    'audit-not-written',
    'recordAudit lacks a permission',
    (day, on) => day.every(1, ofFunction('RecordAudit', 'Errors'), 1, on),
  ],
  ['issuer-unavailable', 'an issuer is down', (day, on) => day.every(1, own('IssuerUnavailable'), 1, on)],
];

describe('these alarms go off, and no other', () => {
  test.each(FAULTS)('%s: %s', (alarms, _, change) => {
    const day = quietDay();
    change(day, [700, 1000]);
    expect(day.alarmsWithin([700, 1000], 3)).toEqual(alarms.split(' '));
  });

  test('and they are over when the fault is', () => {
    for (const [, , change] of FAULTS) {
      const day = quietDay();
      change(day, [700, 1000]);
      expect(day.alarmsAt(1200)).toEqual([]);
    }
  });

  test('sweeper-silent: the sweeper does not run', () => {
    const day = requests(new MetricDay(), WHOLE);
    scheduled(day, [0, 700]);
    expect(day.alarmsAt(705)).toEqual([]);
    expect(day.alarmsAt(711)).toEqual(['sweeper-silent']);
  });

  test('key-check-failed: the check does not run, or Document Engine is away', () => {
    const silent = requests(new MetricDay(), WHOLE);
    scheduled(silent, [0, 700]);
    expect(silent.alarmsAt(700 + 3 * HOUR)).toContain('key-check-failed');
    const failing = quietDay().at(own('KeyCheckFailed'), [720, 780, 840, 900], 1);
    expect(failing.alarmsAt(800)).toEqual([]);
    expect(failing.alarmsAt(905)).toEqual(['key-check-failed']);
  });

  test('audit-silent: the log of mintToken no longer reaches recordAudit', () => {
    const day = scheduled(new MetricDay(), WHOLE).every(1, own('TokensMinted'), 1);
    day.every(1, own('AuditRecordsWritten'), 1, [0, 700]);
    expect(day.alarmsAt(720)).toEqual([]);
    expect(day.alarmsAt(735)).toEqual(['audit-silent']);
  });

  test('for every alarm there is a fault', () => {
    const named = FAULTS.flatMap(([alarms]) => alarms.split(' '));
    const all = [...named, 'sweeper-silent', 'key-check-failed', 'audit-silent'];
    expect([...new Set(all)].sort()).toEqual(Object.keys(ALARMS).sort());
  });
});
