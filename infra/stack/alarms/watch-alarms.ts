import { type Alarm, ofFunction, own } from './alarm.ts';

const FIVE_MINUTES = 300;
const FIFTEEN_MINUTES = 900;

const probe = (name: string) => own(`ProbeFailed-${name}`, 'Maximum');

/** Alarms of the prober, the audit log and the authorizer of several issuers. Each is there if the stage has the part. */
export const WATCH_ALARMS: Readonly<Record<string, Alarm>> = {
  // The prober runs every five minutes. One run can meet a deployment or a restart of Document Engine.
  'probe-failed': {
    kind: 'page',
    says: 'A probe cannot do what every user must be able to: get a token, or open a document with it.',
    needs: 'ProbeServiceLambdaFunction',
    metrics: { mint: probe('mint'), opening: probe('open-document') },
    expression: 'FILL(mint, 0) + FILL(opening, 0)',
    ...{ period: FIVE_MINUTES, of: [2, 3], is: '>=', threshold: 1 },
  },
  'probe-not-refused': {
    kind: 'page',
    says: 'A probe was not refused as it must be, so somebody may see documents that they must not see.',
    needs: 'ProbeServiceLambdaFunction',
    metrics: {
      nogrant: probe('no-grant'),
      layer: probe('private-layer'),
      expired: probe('expired-caller-token'),
      forged: probe('forged-signature'),
      revoked: probe('revoked-token'),
      vouched: probe('vouched-without-scope'),
    },
    expression:
      'FILL(nogrant, 0) + FILL(layer, 0) + FILL(expired, 0) + FILL(forged, 0) + FILL(revoked, 0) + FILL(vouched, 0)',
    ...{ period: FIVE_MINUTES, of: [2, 3], is: '>=', threshold: 1 },
  },
  'probes-not-run': {
    kind: 'ticket',
    says: 'For half an hour the prober did not run, or could not make all of its probes.',
    needs: 'ProbeServiceLambdaFunction',
    metrics: { missing: own('ProbesNotRun', 'Maximum') },
    expression: 'FILL(missing, 1)',
    ...{ period: FIVE_MINUTES, of: [6, 6], is: '>=', threshold: 1, onSilence: true },
  },
  // Lambda repeats a call that failed twice, so three errors in five minutes lose records, and one or two need not.
  'audit-not-written': {
    kind: 'ticket',
    says: 'Audit records could not be written to the audit log.',
    needs: 'RecordAuditLambdaFunction',
    metrics: { lost: own('AuditRecordsNotWritten'), errors: ofFunction('RecordAudit', 'Errors') },
    expression: 'IF(FILL(lost, 0) > 0 OR FILL(errors, 0) >= 3, 1, 0)',
    ...{ period: FIVE_MINUTES, of: [1, 1], is: '>=', threshold: 1 },
  },
  // A record can arrive after the end of its fifteen minutes, so one such period is not enough. A malformed request and one beyond the
  // limit of its user are refused tokens without a record, so not every refusal counts here.
  'audit-silent': {
    kind: 'ticket',
    says: 'Tokens were minted or refused for half an hour, and the audit log got no record of them.',
    needs: 'RecordAuditLambdaFunction',
    metrics: {
      minted: own('TokensMinted'),
      refused: own('TokensRefused-not-granted'),
      written: own('AuditRecordsWritten'),
    },
    expression: 'IF(FILL(minted, 0) + FILL(refused, 0) > 0 AND FILL(written, 0) == 0, 1, 0)',
    ...{ period: FIFTEEN_MINUTES, of: [2, 2], is: '>=', threshold: 1 },
  },
  'issuer-unavailable': {
    kind: 'page',
    says: 'The keys of an identity provider cannot be fetched. Its users can call for an hour at most.',
    needs: 'AuthorizeCallerLambdaFunction',
    metrics: { unavailable: own('IssuerUnavailable'), stale: own('IssuerKeysStale') },
    expression: 'FILL(unavailable, 0) + FILL(stale, 0)',
    ...{ period: FIVE_MINUTES, of: [2, 3], is: '>=', threshold: 1 },
  },
};
