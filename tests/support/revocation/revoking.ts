import { type AuditEvent } from '../../../lib/audit/index.ts';
import { type RevocationDependencies } from '../../../lib/revocation/index.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import { recordingInto } from '../audit/recording.ts';
import { ManualClock } from '../runtime/clock.ts';
import { fixedSigningKeys } from '../signing-keys/fixed-signing-key.ts';
import { MemoryTable } from '../table/memory-table.ts';

/** The dependencies of revoking, in memory. Document Engine confirms every JWT unless a test sets another answer. */
export class Revoking implements RevocationDependencies {
  readonly table: MemoryTable;
  readonly clock = new ManualClock();
  readonly signingKeys = fixedSigningKeys;
  readonly lines: string[] = [];
  readonly log = createLogger(
    'debug',
    (line) => this.lines.push(line),
    () => this.clock.now(),
  );

  readonly records: AuditEvent[] = [];
  readonly audit = recordingInto(this.records);

  constructor(table = new MemoryTable()) {
    this.table = table;
  }

  /** Document Engine's answer to the next calls. */
  answer: (jwts: readonly string[]) => { readonly data: readonly string[] } = (jwts) => ({ data: jwts });

  /** The JWTs that Document Engine answered, by calls. */
  readonly told: (readonly string[])[] = [];

  documentEngine: RevocationDependencies['documentEngine'] = {
    revoke: (jwts) =>
      Promise.try(() => {
        const answer = this.answer(jwts);
        this.told.push(jwts);
        return answer;
      }),
  };
}
