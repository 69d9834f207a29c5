import { changePublishedKey, readPublishedKeys } from '../../signing-keys/index.ts';
import type { Table } from '../../table/index.ts';

/**
 * Forgets the recorded entries of every key, because Document Engine has lost them. A new database gives their ids to keys of
 * somebody else, which rotation must not end or replace.
 */
export async function forgetEntries(table: Table): Promise<void> {
  for (const { kid } of await readPublishedKeys(table))
    await changePublishedKey(table, kid, (key) => {
      if (key?.entryIds === undefined) return undefined;
      const { entryIds: _lost, ...rest } = key;
      return rest;
    });
}
