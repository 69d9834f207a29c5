import type { Milliseconds, Seconds } from '../../lib/runtime/time.ts';

/** The use of AWS by one mint, counted. A mean is a fraction. */
export interface MintUse {
  /** Calls of DynamoDB. */
  readonly calls: number;
  /** The time in which the mint waits for calls of AWS, if each takes {@link CountedUse.callMs}. Calls side by side wait once. */
  readonly waitMs: Milliseconds;
  /** Strongly consistent read units, all in the partition of the document. */
  readonly readUnits: number;
  /** Write units of the table, all in the partition of the document. Those of the indexes are not among them. */
  readonly writeUnits: number;
}

/** The ways to mint. */
export interface MintUses {
  /** A client asks again at `refreshAt`, for a day: the mean of its mints. */
  readonly renewal: MintUse;
  /** The first mint of a user for a document. */
  readonly first: MintUse;
  /** A mint after the user's last token for the document has expired. */
  readonly afterAbsence: MintUse;
}

/** The name of a way to mint. */
export type MintUseName = keyof MintUses;

/** The use of AWS by the code, counted by running it against stand-ins. */
export interface CountedUse {
  /** The assumed time of a call of AWS. */
  readonly callMs: Milliseconds;
  readonly mints: MintUses;
  /** The work of a process beside the mint, with its first request. */
  readonly start: {
    /** Calls of Secrets Manager, each of which decrypts with KMS once. */
    readonly secretCalls: number;
    /** Read units of the partition of published keys. */
    readonly keyReadUnits: number;
    readonly waitMs: Milliseconds;
  };
  /** Calls of Secrets Manager by a process that mints once a minute, in an hour after its start. */
  readonly secretCallsAnHour: number;
  /** The time from a mint to the next, `refreshAt`: the earliest and the latest. */
  readonly refresh: { readonly earliest: Seconds; readonly latest: Seconds };
  /** Calls of PutLogEvents by `recordAudit` for one delivery of a log's lines. */
  readonly auditCalls: number;
  /** The time for which the TypeScript client waits after many failures: the longest wait, after which the last client is back. */
  readonly backoff: Seconds;
}
