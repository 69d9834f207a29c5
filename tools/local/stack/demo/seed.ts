import { randomUUID } from 'node:crypto';
import { type Clock, secondsOf } from '../../../../lib/runtime/clock.ts';
import type { Seconds } from '../../../../lib/runtime/time.ts';
import { GrantStore } from '../../../../lib/grants/index.ts';
import type { DemoDocument } from './demo.ts';
import type { DynamoDB } from '../../stand-ins/dynamodb/index.ts';
import { publishKey } from '../../../../lib/signing-keys/index.ts';
import { Table } from '../../../../lib/table/index.ts';
import type { RegisteredKey } from '../../real-document-engine/index.ts';

/** Writes the grants of the demo documents. */
export async function seedGrants(
  documents: readonly DemoDocument[],
  { client }: DynamoDB,
  tableName: string,
  clock: Clock,
): Promise<void> {
  const store = new GrantStore(new Table(client, tableName, clock));
  const made = { grantedBy: 'npm start', grantedAt: secondsOf(clock) };
  await Promise.all(
    documents.flatMap(({ id, grants }) =>
      grants.map((grant) => store.put(id, { ...grant, ...made, etag: randomUUID() })),
    ),
  );
}

/**
 * Publishes the signing key with its entry at Document Engine. Its list can hold entries of earlier runs, and shows no owners: without
 * this, a rotation would stop before a current key that may be somebody else's.
 *
 * @param longestLife - of a token
 */
export async function seedKey(
  { pair, entryId }: RegisteredKey,
  longestLife: Seconds,
  { client }: DynamoDB,
  tableName: string,
  clock: Clock,
): Promise<void> {
  const ids = entryId === undefined ? [] : [entryId];
  await publishKey(new Table(client, tableName, clock), pair, 'current', longestLife, ids);
}
