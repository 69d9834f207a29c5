import { type AuditEvent, type AuditLog } from '../../../lib/audit/index.ts';
import { parseRoles, type Roles } from '../../../lib/grants/index.ts';
import { type CallerRules } from '../../../lib/identity/index.ts';
import { createLogger, type Logger } from '../../../lib/runtime/log.ts';
import { type Random } from '../../../lib/runtime/random.ts';
import { type SigningKeys } from '../../../lib/signing-keys/index.ts';
import rolesFile from '../../../infra/roles/roles.json' with { type: 'json' };
import { recordingInto } from '../audit/recording.ts';
import { COGNITO_CALLERS } from '../identity/cognito-callers.ts';
import { ManualClock } from '../runtime/clock.ts';
import { fixedSigningKeys } from '../signing-keys/fixed-signing-key.ts';
import { twoThirds } from '../runtime/random.ts';
import { MemoryTable } from '../table/memory-table.ts';

/**
 * The surroundings of the service in memory, and the settings of a stage. Every handler and domain takes its part of
 * them.
 */
export interface World {
  readonly table: MemoryTable;
  readonly clock: ManualClock;
  readonly random: Random;
  readonly log: Logger;
  /** The logged lines, as JSON. */
  readonly lines: readonly string[];
  readonly audit: AuditLog;
  /** The records of the audit log. */
  readonly records: readonly AuditEvent[];
  readonly signingKeys: SigningKeys;
  readonly roles: Roles;
  readonly privateLayerPrefix: string;
  readonly callers: CallerRules;
}

/** Makes a world at noon with an empty table, one ES256 key and the shipped roles, unless given. */
export function world(given: Partial<World> = {}): World {
  const clock = given.clock ?? new ManualClock();
  const lines: string[] = [];
  const records: AuditEvent[] = [];
  return {
    table: new MemoryTable(),
    clock,
    random: twoThirds,
    log: createLogger(
      'debug',
      (line) => lines.push(line),
      () => clock.now(),
    ),
    lines,
    audit: recordingInto(records),
    records,
    signingKeys: fixedSigningKeys,
    roles: parseRoles(rolesFile),
    privateLayerPrefix: 'user:',
    callers: COGNITO_CALLERS,
    ...given,
  };
}
