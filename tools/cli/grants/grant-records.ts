import { beforeData, contentData, MOST_LAYERS, principalData } from '../../../lib/http/records/grant-data.ts';
import type { Data } from '../../../lib/http/records/grant-data.ts';
import type { Grant } from '../../../lib/grants/index.ts';
import type { OperatorRecord, OperatorRecords } from '../operator-records/operator-records.ts';

/** The most records that wait for a call of CloudWatch Logs. A process that is killed loses them. */
const BATCH = 200;

/** The changes of a document's grant by a command. */
type ChangedGrant = Omit<Grant, 'etag'>;

/** Writes the records of the grants that one run of a command changes: in batches, as a run can change millions. */
export class GrantRecords {
  readonly #command: string;
  readonly #records: OperatorRecords;
  readonly #warn: (line: string) => void;
  #waiting: OperatorRecord[] = [];

  /**
   * @param command - its name in the records
   * @param warn - prints a line for the operator
   */
  constructor(command: string, records: OperatorRecords, warn: (line: string) => void) {
    this.#command = command;
    this.#records = records;
    this.#warn = warn;
  }

  /** Adds the record of a grant that was set. @param before - the unexpired grant that it replaced */
  set(documentId: string, grant: ChangedGrant, before: Grant | undefined, more: Data = {}): void {
    this.#add('grant.set', documentId, {
      ...this.#principal(grant),
      ...contentData(grant, MOST_LAYERS),
      before: before && beforeData(before, this.#records),
      ...more,
    });
  }

  /** Adds the record of a grant that was removed. */
  removed(documentId: string, before: Grant, more: Data = {}): void {
    this.#add('grant.removed', documentId, {
      ...this.#principal(before),
      before: beforeData(before, this.#records),
      ...more,
    });
  }

  /** Adds the record of a request to revoke all tokens of a user. */
  revocationRequested(userId: string, revocationId: string): void {
    const data = { command: this.#command, userId: this.#records.userId(userId), revocationId };
    this.#waiting.push({ type: 'revocation.requested', data });
  }

  /** Writes a user id as the stage's records show it. */
  userId(userId: string): string {
    return this.#records.userId(userId);
  }

  /** Writes the waiting records if they fill a batch. It never rejects. */
  async writeFullBatch(): Promise<void> {
    if (this.#waiting.length >= BATCH) await this.write();
  }

  /** Writes the waiting records. It never rejects. */
  async write(): Promise<void> {
    await this.#records.write(this.#waiting.splice(0));
  }

  /** Writes the waiting records, and tells the operator how many could not be written in this run. It never rejects. */
  async end(): Promise<void> {
    await this.write();
    const { missing } = this.#records;
    if (missing > 0) this.#warn(`Records of this run that are missing from the audit log: ${missing}.`);
  }

  #principal({ principal }: ChangedGrant): Data {
    return principalData(principal, this.#records);
  }

  #add(type: 'grant.set' | 'grant.removed', documentId: string, data: Data): void {
    this.#waiting.push({ type, subject: documentId, data: { command: this.#command, documentId, ...data } });
  }
}
