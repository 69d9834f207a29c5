import { randomUUID } from 'node:crypto';
import { AuditLogGroup, auditSourceOf, createAuditLog, type AuditEvent } from '../../../lib/audit/index.ts';
import { systemClock, type Clock } from '../../../lib/runtime/clock.ts';
import { printable } from '../command.ts';

/** The audit log of a stage, and the operator in its records. */
export interface OperatorAudit {
  /** The name of the stage. */
  readonly stage: string;
  /** Finds the log group and the operator. It is called with the first record. @throws Error with the reason if there is none */
  readonly find: () => Promise<FoundAudit>;
  /** Writes a user id as the stage's records show it; as it is unless given. */
  readonly userId?: (userId: string) => string;
}

export interface FoundAudit {
  readonly group: Pick<AuditLogGroup, 'write'>;
  /** The ARN of the operator, or another name. */
  readonly operator: string;
}

/** A record of a command: its id and its operator are added. */
export type OperatorRecord = Omit<AuditEvent, 'id'>;

/** After so many failed calls in a row no further one is made: each can take seconds, and a long run has thousands. */
const MOST_FAILURES = 3;

/**
 * Writes the records of one run of a command. A command works for operators in an emergency, so a record that cannot be written is a
 * warning on standard error, and the command continues.
 */
export class OperatorRecords {
  readonly #audit: OperatorAudit;
  readonly #clock: Clock;
  readonly #warn: (line: string) => void;
  readonly #run = randomUUID();
  #written = 0;
  #missing = 0;
  #failuresInARow = 0;
  #found: Promise<FoundAudit> | undefined;
  #warned = false;

  /** @param warn - prints a line; to standard error unless given */
  constructor(
    audit: OperatorAudit,
    clock: Clock = systemClock,
    warn = (line: string): void => {
      console.error(line);
    },
  ) {
    this.#audit = audit;
    this.#clock = clock;
    this.#warn = warn;
  }

  /** Writes a user id as the stage's records show it. */
  userId(userId: string): string {
    return this.#audit.userId?.(userId) ?? userId;
  }

  /** The number of records that could not be written. */
  get missing(): number {
    return this.#missing;
  }

  /** Writes records, with the time of now. It never rejects. */
  async write(records: readonly OperatorRecord[]): Promise<void> {
    if (records.length === 0) return;
    let taken = 0;
    try {
      if (this.#failuresInARow >= MOST_FAILURES) return;
      const { group, operator } = await (this.#found ??= this.#audit.find());
      const lines = this.#linesOf(records, operator);
      taken = await group.write(lines);
      this.#failuresInARow = 0;
      if (taken < lines.length) throw new Error(`CloudWatch Logs rejected ${lines.length - taken} records`);
    } catch (error) {
      this.#failuresInARow += 1;
      this.#tell(error);
    } finally {
      this.#missing += records.length - taken;
    }
  }

  #linesOf(records: readonly OperatorRecord[], operator: string) {
    const timestamp = this.#clock.now();
    const lines: { timestamp: number; message: string }[] = [];
    const audit = createAuditLog(auditSourceOf(this.#audit.stage), {
      write: (line) => lines.push({ timestamp, message: line.trimEnd() }),
      now: () => timestamp,
    });
    for (const record of records) {
      const id = `${this.#run}/${this.#written++}`;
      audit.record({ ...record, id, data: { operator, ...record.data } });
    }
    return lines;
  }

  #tell(error: unknown): void {
    // Thousands of grants would have the same reason.
    if (this.#warned) return;
    this.#warned = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#warn(
      printable(
        `Warning: records of this command are missing from the audit log. ${reason.replace(/\.$/, '')}. ` +
          'The command itself continues. docs/audit.md, "Commands of operators", has the rights that your credentials need.',
      ),
    );
  }
}
