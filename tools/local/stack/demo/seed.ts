import { randomUUID } from 'node:crypto';
import { type Clock, secondsOf } from '../../../../lib/runtime/clock.ts';
import { GrantStore } from '../../../../lib/grants/index.ts';
import type { DemoDocument } from './demo.ts';
import type { DynamoDB } from '../../stand-ins/dynamodb/index.ts';
import { Table } from '../../../../lib/table/index.ts';

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
