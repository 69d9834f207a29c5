/** A plain value in the data of a record: chosen field by field, never a whole object from outside. */
export type AuditValue =
  string | number | boolean | undefined | readonly AuditValue[] | { readonly [name: string]: AuditValue };

/** The types of records, after the prefix `layermint.`. docs/audit.md describes the data of each. */
export const AUDIT_TYPES = [
  'token.minted',
  'token.refused',
  'backend-token.minted',
  'backend-token.refused',
  'grant.set',
  'grant.removed',
  'grant.change-refused',
  'revocation.requested',
  'revocation.request-refused',
  'revocation.confirmed',
  'revocation.refused',
  'signing-key.step',
  'signing-key.command',
  'signing-key.registered-again',
] as const;

/** One of the types of records. */
export type AuditType = (typeof AUDIT_TYPES)[number];

/** One decision or change, for the audit log. */
export interface AuditEvent {
  readonly type: AuditType;
  /**
   * Tells this event from all others: the same id means the same event, also if it is written twice (CloudEvents 1.0, section 3.1,
   * `id`). For a request it begins with the request id.
   */
  readonly id: string;
  /** The document id, if the event is about one document. */
  readonly subject?: string;
  /** No token, key or request body. */
  readonly data: Readonly<Record<string, AuditValue>>;
}

/** Writes records to the audit log. */
export interface AuditLog {
  /** Writes one record. It never throws, and costs one line of output. */
  record(event: AuditEvent): void;
  /** Writes a user id as the stage's logs show it, see `hashUserIds` in docs/configuration.md. */
  userId(userId: string): string;
}
