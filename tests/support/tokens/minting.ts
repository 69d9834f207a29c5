import { GrantStore, parseRoles, type Grant } from '../../../lib/grants/index.ts';
import { type MintTokenDependencies } from '../../../lib/http/routes/tokens/mint-token.ts';
import { createLogger } from '../../../lib/runtime/log.ts';
import rolesFile from '../../../infra/roles/roles.json' with { type: 'json' };
import { ManualClock } from '../runtime/clock.ts';
import { fixedSigningKeys } from '../signing-keys/fixed-signing-key.ts';
import { MemoryTable } from '../table/memory-table.ts';

/** What minting works with, in memory, and the lines it has logged. */
export interface Minting extends MintTokenDependencies {
  readonly table: MemoryTable;
  readonly clock: ManualClock;
  readonly lines: readonly string[];
}

/** Everything that minting works with, with the shipped roles and an empty table unless given. */
export function minting(given: Partial<Minting> = {}): Minting {
  const clock = given.clock ?? new ManualClock();
  const lines: string[] = [];
  return {
    table: new MemoryTable(),
    signingKeys: fixedSigningKeys,
    roles: parseRoles(rolesFile),
    privateLayerPrefix: 'user:',
    clock,
    log: createLogger(
      'debug',
      (line) => lines.push(line),
      () => clock.now(),
    ),
    claimNames: { userId: 'sub', groups: 'cognito:groups', name: 'name' },
    ttl: { default: 900, max: 3600 },
    documentEngineUrl: 'https://documents.example.com',
    lines,
    ...given,
  };
}

/** A table that holds the grants of documents, by the documents' ids. */
export async function tableOf(grants: Readonly<Record<string, readonly Grant[]>>): Promise<MemoryTable> {
  const table = new MemoryTable();
  const store = new GrantStore(table);
  for (const [documentId, ofDocument] of Object.entries(grants)) {
    for (const grant of ofDocument) await store.put(documentId, grant);
  }
  table.calls.length = 0;
  return table;
}
