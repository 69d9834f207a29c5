import { GrantStore, type Grant } from '../../../lib/grants/index.ts';
import { type MintTokenDependencies } from '../../../lib/http/routes/tokens/mint-token.ts';
import { MemoryTable } from '../table/memory-table.ts';
import { world, type World } from '../world/world.ts';

/** A world in memory with everything that minting needs. */
export type Minting = MintTokenDependencies & World;

/** Makes a world for minting. Tokens live a quarter of an hour by default, and at most an hour, unless given. */
export const minting = (given: Partial<Minting> = {}): Minting => ({
  ...world(given),
  ttl: { default: 900, max: 3600 },
  documentEngineUrl: 'https://documents.example.com',
  ...given,
});

/** Makes a table with the grants of documents, by the documents' ids. */
export async function tableOf(grants: Readonly<Record<string, readonly Grant[]>>): Promise<MemoryTable> {
  const table = new MemoryTable();
  const store = new GrantStore(table);
  for (const [documentId, ofDocument] of Object.entries(grants)) {
    for (const grant of ofDocument) await store.put(documentId, grant);
  }
  table.calls.length = 0;
  return table;
}
