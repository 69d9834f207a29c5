import { randomUUID } from 'node:crypto';
import { type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { secondsOf, type Clock } from '../../../lib/clock.ts';
import {
  grantFromItem,
  grantKey,
  GrantStore,
  grantToItem,
  isSameContent,
  setGrant,
  type Roles,
} from '../../../lib/grants/index.ts';
import { inParallel } from '../../../lib/parallel.ts';
import { Table, type Key } from '../../../lib/table.ts';
import { batchWrite } from './batch-write.ts';
import { type LineGrant } from './grant-line.ts';

/** Who is written down as having made imported grants. */
export const IMPORTER = 'npm run grants';

const CHANGES_AT_A_TIME = 20;

/**
 * Sets grants; of two for the same principal and document, the later. New ones, which is nearly all of a first import, are
 * written in batches. A grant that is there already is changed as the API changes it: not at all where it is the same, and where
 * it comes to allow less, in a way that makes the sweeper revoke the live tokens.
 *
 * @throws StoreUnavailableError or the AWS SDK's error; some of the grants can be written then
 */
export async function writeGrants(
  grants: readonly LineGrant[],
  client: DynamoDBClient,
  tableName: string,
  roles: Roles,
  clock: Clock,
): Promise<void> {
  const table = new Table(client, tableName, clock);
  const wanted = new Map(grants.map((grant) => [pathOf(grantKey(grant.documentId, grant.principal)), grant]));
  const keys = [...wanted.values()].map(({ documentId, principal }) => grantKey(documentId, principal));
  const present = new Map((await table.batchGet(keys)).map((item) => [pathOf(item), item]));

  const made = { grantedBy: IMPORTER, grantedAt: secondsOf(clock) };
  const added = [...wanted].flatMap(([path, { documentId, principal, content }]) =>
    present.has(path)
      ? []
      : [grantToItem(documentId, { principal, ...content, ...made, etag: randomUUID() })],
  );
  await batchWrite(client, tableName, added, clock);

  const changed = [...wanted].flatMap(([path, grant]) => {
    const item = present.get(path);
    const there = item && grantFromItem(item);
    return item === undefined || (there && isSameContent(there, grant.content)) ? [] : [grant];
  });
  const dependencies = { store: new GrantStore(table), roles, clock };
  const importer = { subject: { userId: IMPORTER, groups: [] }, unbound: true };
  await inParallel(changed, CHANGES_AT_A_TIME, ({ documentId, principal, content }) =>
    setGrant(
      importer,
      { documentId, principal, precondition: () => true, allowNoOwner: true },
      content,
      dependencies,
    ),
  );
}

function pathOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}
