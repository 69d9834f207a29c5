/**
 * Every metric of the service, with its CloudWatch unit. The namespace is {@link METRIC_NAMESPACE}, the one dimension the stage.
 * docs/operations.md explains each.
 */
export const METRICS = {
  // Requests
  TokensMinted: 'Count',
  BackendTokensMinted: 'Count',
  TokensRefused: 'Count',
  MintDuration: 'Milliseconds',
  InternalError: 'Count',
  RequestsLimited: 'Count',
  // Answers of API Gateway with 429. CloudWatch Logs counts them in the access log (infra/stack/api/access-log.yml).
  RequestsThrottled: 'Count',
  // Callers
  GroupsUnreadable: 'Count',
  CallerTokenRefused: 'Count',
  IssuerUnavailable: 'Count',
  IssuerKeysStale: 'Count',
  // The signing key
  SigningKeyAge: 'Seconds',
  SigningKeyStale: 'Count',
  SigningKeyRotated: 'Count',
  SigningKeyRotationFailed: 'Count',
  // Document Engine's list of keys, looked at every hour. The first four are 0 if all is well.
  KeyCheckFailed: 'Count',
  KeysUnknownToDocumentEngine: 'Count',
  KeysNotRegisteredAgain: 'Count',
  ForeignKeyAtDocumentEngine: 'Count',
  KeysRegisteredAgain: 'Count',
  KeysEndedAgain: 'Count',
  // Probes that could not be judged; their own metrics are ProbeFailed-<case>
  ProbesNotRun: 'Count',
  // Revocation
  OldestPendingRevocation: 'Seconds',
  PendingRevocations: 'Count',
  RevocationRefused: 'Count',
  RevocationNotWritten: 'Count',
  HoldersPassedOver: 'Count',
  // The audit log
  AuditRecordsWritten: 'Count',
  AuditRecordsNotWritten: 'Count',
} as const satisfies Readonly<Record<string, MetricUnit>>;

/** The name of a metric. Those of refusals and probes are made of a fixed part and a reason or case of a closed list. */
export type MetricName = keyof typeof METRICS | `TokensRefused-${string}` | `ProbeFailed-${string}`;

/** The CloudWatch units in use. */
export type MetricUnit = 'Count' | 'Seconds' | 'Milliseconds';

/** The CloudWatch namespace of all metrics. */
export const METRIC_NAMESPACE = 'Layermint';

/** Returns the unit of a metric: those of refusals and probes are counted. */
export function unitOf(metric: MetricName): MetricUnit {
  return Object.hasOwn(METRICS, metric) ? METRICS[metric as keyof typeof METRICS] : 'Count';
}

/** The values of some metrics, in their units. */
export type Metrics = Readonly<Partial<Record<MetricName, number>>>;
