import { runbookOf } from '../../../../infra/stack/alarms/index.ts';

/** A fault that can be brought about on the local stack. */
export interface Fault {
  /** One sentence: the effect on the service. */
  readonly does: string;
  /** The alarms that it raises, by their names in infra/stack/alarms. The first is that of the runbook page. */
  readonly alarms: readonly string[];
  /** The path of the page that says what to do. */
  readonly runbook: string;
  /** The things to do, beside waiting, until the alarms go off; and how long that takes. */
  readonly then: string;
}

const fault = (alarms: readonly [string, ...string[]], does: string, then: string): Fault => ({
  does,
  alarms,
  runbook: runbookOf(alarms[0]),
  then,
});

/** Every fault, by its name. */
export const FAULTS = {
  'document-engine': fault(
    ['revocations-waiting', 'probe-failed'],
    'Document Engine answers every request with 503.',
    'probe-failed goes off after 5 to 11 minutes. Revoke a token: nobody confirms it, and revocations-waiting goes off after about 13 minutes.',
  ),
  'document-engine-slow': fault(
    ['revocations-waiting', 'probe-failed'],
    'Document Engine does not answer any request until the fault ends.',
    'probe-failed goes off after 5 to 11 minutes. Revoke a token: the answer takes seconds, and revocations-waiting goes off after about 13 minutes.',
  ),
  'document-engine-keys': fault(
    ['keys-lost', 'foreign-key'],
    "Document Engine forgets this stage's keys, as after a restart with REPLACE_SECRETS_FROM_ENV=true, and refuses all tokens.",
    'Run the hourly check: npm run local -- run checkKeys. keys-lost goes off within a minute, foreign-key if the check finds the same an hour later.',
  ),
  'document-engine-keys-refused': fault(
    ['keys-not-registered', 'keys-lost'],
    "Document Engine forgets this stage's keys, and refuses to take them again.",
    'Run the hourly check: npm run local -- run checkKeys. The alarms go off within a minute.',
  ),
  'foreign-key': fault(
    ['foreign-key', 'keys-lost'],
    "Another backend makes its own key Document Engine's current one.",
    'Run the hourly check: npm run local -- run checkKeys. keys-lost goes off within a minute, foreign-key if the check finds the same an hour later.',
  ),
  'secrets-manager': fault(
    ['signing-key-stale'],
    'Secrets Manager answers every request with an error.',
    'Mint a token every minute: after 5 minutes the held key is stale, and the alarm goes off after 7 to 11 minutes.',
  ),
  dynamodb: fault(
    ['api-errors', 'sweeper-silent', 'failure-queue'],
    'DynamoDB answers every request with 500.',
    'Mint a token every minute: api-errors goes off after 3 minutes, failure-queue within 2, sweeper-silent after 10.',
  ),
  'dynamodb-throttling': fault(
    ['table-throttles', 'api-errors', 'failure-queue', 'sweeper-silent'],
    'DynamoDB throttles every request.',
    'Mint a token every minute: failure-queue and api-errors go off after 3 minutes, sweeper-silent after 11, table-throttles after 12 to 15.',
  ),
  'dynamodb-slow': fault(
    ['mint-latency'],
    'DynamoDB takes 2.2 seconds for each answer: requests are slow, and succeed.',
    'Mint a token every minute: the alarm goes off after 10 to 15 minutes.',
  ),
  issuer: fault(
    ['issuer-unavailable', 'api-errors'],
    'The issuer answers every request with 503. Only a stack with --issuers has the alarm: API Gateway keeps keys for hours.',
    'Mint a token every minute: api-errors goes off after 3 minutes, issuer-unavailable after 5 to 6.',
  ),
  rotation: fault(
    ['rotation-failed'],
    'Document Engine accepts no new key, and a rotation of the signing key begins and fails.',
    'The alarm goes off within a minute.',
  ),
  sweeper: fault(['sweeper-silent'], 'The sweeper no longer runs.', 'The alarm goes off after 10 minutes.'),
  'mint-crash': fault(
    ['mint-errors', 'api-errors'],
    'The function mintToken crashes in every call.',
    'Mint a token every minute: the alarms go off after 3 minutes.',
  ),
  'lambda-throttling': fault(
    ['lambda-throttles', 'api-errors'],
    'Lambda refuses every call of mintToken for want of concurrency.',
    'Mint a token every minute: the alarms go off after 3 minutes.',
  ),
  'refused-revocation': fault(
    ['revocation-refused'],
    'Document Engine refuses to revoke one token, the next that arrives.',
    'Revoke a token: the alarm goes off within 2 minutes.',
  ),
  'document-engine-forgets-revocations': fault(
    ['probe-not-refused'],
    'Document Engine confirms revocations, and accepts revoked tokens all the same.',
    'The alarm goes off after 5 to 11 minutes. The first probe fails at once: npm run local -- run probeService',
  ),
  'unreadable-holder': fault(
    ['internal-errors', 'revocation-not-written', 'api-errors', 'revocations-waiting'],
    "An item of the table cannot be read: alice's holder item on contract-2026 has lost its epoch.",
    'Mint a token for alice every minute: api-errors goes off after 3 minutes, internal-errors after 11 to 15. Revoke her tokens: revocation-not-written goes off within 2 minutes, revocations-waiting after about 13.',
  ),
  'api-throttling': fault(
    ['api-throttles'],
    'API Gateway takes one request in ten seconds for each route, and refuses the others with 429.',
    'Mint a token every second: the alarm goes off after 3 minutes.',
  ),
  'old-signing-key': fault(
    ['signing-key-old'],
    'The secret says that the signing key was made 1,010 days ago.',
    'Run the hourly check now, and again after an hour: npm run local -- run checkKeys. The alarm goes off after the second check.',
  ),
  audit: fault(
    ['audit-not-written', 'failure-queue', 'audit-silent'],
    'CloudWatch Logs takes no audit record.',
    'Mint a token: audit-not-written and failure-queue go off within 2 minutes, audit-silent after 30.',
  ),
  'key-check': fault(
    ['key-check-failed'],
    'The hourly check of the keys no longer runs.',
    'The alarm goes off after 3 hours.',
  ),
  prober: fault(
    ['probes-not-run'],
    'The prober no longer runs. Only a stack with the prober has the alarm: one with the stand-in of Document Engine.',
    'The alarm goes off after half an hour.',
  ),
} as const satisfies Readonly<Record<string, Fault>>;

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS;

/** All names, in the order in which they are shown. */
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** Finds a fault by its name. */
export const faultNamed = (name: string): FaultName | undefined => FAULT_NAMES.find((it) => it === name);
