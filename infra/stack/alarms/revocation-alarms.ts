import { type Alarm, ofFailureQueue, own } from './alarm.ts';

const MINUTE = 60;
const FIVE_MINUTES = 300;
const HOUR = 3600;

/** Alarms about revocations and other work that nobody waits for. The sweeper runs, and writes its metrics, every minute. */
export const REVOCATION_ALARMS: Readonly<Record<string, Alarm>> = {
  'sweeper-silent': {
    kind: 'page',
    says: 'The sweeper has not run for ten minutes, so revocations that Document Engine did not confirm at once are not delivered.',
    metrics: { sweeps: own('OldestPendingRevocation', 'SampleCount') },
    expression: 'FILL(sweeps, 0)',
    ...{ period: FIVE_MINUTES, of: [2, 2], is: '<', threshold: 1, onSilence: true },
  },
  // Revoked tokens still open documents meanwhile. A restart of Document Engine is over before.
  'revocations-waiting': {
    kind: 'page',
    says: 'A revocation has waited for more than ten minutes: revoked tokens still open documents.',
    metrics: { oldest: own('OldestPendingRevocation', 'Maximum') },
    ...{ period: MINUTE, of: [3, 3], is: '>', threshold: 600 },
  },
  'revocation-refused': {
    kind: 'ticket',
    says: 'Document Engine refuses to revoke a token. It opens its document until it expires.',
    metrics: { refused: own('RevocationRefused') },
    ...{ period: HOUR, of: [1, 1], is: '>=', threshold: 1 },
  },
  'revocation-not-written': {
    kind: 'ticket',
    says: 'An item of a revocation could not be read or written, so its tokens may still open documents.',
    metrics: { refused: own('RevocationNotWritten'), passedover: own('HoldersPassedOver') },
    expression: 'FILL(refused, 0) + FILL(passedover, 0)',
    ...{ period: HOUR, of: [1, 1], is: '>=', threshold: 1 },
  },
  // A message stays for 14 days, and the alarm as long as a message is there.
  'failure-queue': {
    kind: 'ticket',
    says: 'The failure queue has a message: a sweep, a rotation or another event failed while nobody waited for it.',
    metrics: { messages: ofFailureQueue('ApproximateNumberOfMessagesVisible') },
    ...{ period: FIVE_MINUTES, of: [1, 1], is: '>=', threshold: 1 },
  },
};
