import { type Alarm, own } from './alarm.ts';

const FIVE_MINUTES = 300;
const HOUR = 3600;
const DAY = 86_400;

/** The days after its interval in which a rotation can still begin and be repeated. Secrets Manager chooses the hour of the day. */
const MARGIN_DAYS = 3;

/** Alarms about the signing key and Document Engine's list of keys. The list is checked every hour, so one datapoint is one check. */
export const KEY_ALARMS: Readonly<Record<string, Alarm>> = {
  // Secrets Manager repeats a step that failed. The former key signs meanwhile.
  'rotation-failed': {
    kind: 'ticket',
    says: 'A step of the rotation of the signing key failed, and no rotation succeeded in the same hour.',
    needs: 'RotationSchedule',
    metrics: { failed: own('SigningKeyRotationFailed'), rotated: own('SigningKeyRotated') },
    expression: 'IF(FILL(failed, 0) > 0 AND FILL(rotated, 0) == 0, 1, 0)',
    ...{ period: HOUR, of: [1, 1], is: '>=', threshold: 1 },
  },
  'signing-key-old': {
    kind: 'ticket',
    says: 'The signing key is older than its rotation interval and three days.',
    needs: 'RotationSchedule',
    metrics: { age: own('SigningKeyAge', 'Maximum') },
    ...{ period: HOUR, of: [2, 3], is: '>' },
    threshold: ({ rotationIntervalDays }) => (Number(rotationIntervalDays) + MARGIN_DAYS) * DAY,
  },
  // A process signs with the key that it holds for an hour. One refresh that failed is not enough, and 45 minutes are left.
  'signing-key-stale': {
    kind: 'page',
    says: 'Processes cannot refresh the signing key from Secrets Manager. In an hour at most, nobody gets a token.',
    metrics: { stale: own('SigningKeyStale') },
    ...{ period: FIVE_MINUTES, of: [2, 3], is: '>=', threshold: 1 },
  },
  'keys-lost': {
    kind: 'ticket',
    says: 'Document Engine had lost keys of this stage. The hourly check registers them again.',
    needs: 'CheckKeysLambdaFunction',
    metrics: { unknown: own('KeysUnknownToDocumentEngine', 'Maximum') },
    ...{ period: HOUR, of: [1, 1], is: '>=', threshold: 1 },
  },
  'keys-not-registered': {
    kind: 'page',
    says: 'Document Engine has lost keys of this stage, and they could not be registered again: it refuses tokens.',
    needs: 'CheckKeysLambdaFunction',
    metrics: { lost: own('KeysNotRegisteredAgain', 'Maximum') },
    ...{ period: HOUR, of: [1, 1], is: '>=', threshold: 1 },
  },
  'foreign-key': {
    kind: 'ticket',
    says: "Document Engine's current key is not one of this stage, so the next rotation will stop.",
    needs: 'CheckKeysLambdaFunction',
    metrics: { foreign: own('ForeignKeyAtDocumentEngine', 'Maximum') },
    ...{ period: HOUR, of: [2, 2], is: '>=', threshold: 1 },
  },
  // A check writes no metric while a rotation runs, and Document Engine can be away for an hour.
  'key-check-failed': {
    kind: 'ticket',
    says: "The hourly check of Document Engine's keys has failed, or has not run, for three hours.",
    needs: 'CheckKeysLambdaFunction',
    metrics: { failed: own('KeyCheckFailed', 'Maximum') },
    expression: 'FILL(failed, 1)',
    ...{ period: HOUR, of: [3, 3], is: '>=', threshold: 1, onSilence: true },
  },
};
