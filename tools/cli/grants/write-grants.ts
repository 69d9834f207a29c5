import { type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { secondsOf, type Clock } from '../../../lib/runtime/clock.ts';
import {
  grantFromItem,
  GrantStore,
  isSameContent,
  setGrant,
  type AdministrationDependencies,
  type Roles,
} from '../../../lib/grants/index.ts';
import { inParallel } from '../../../lib/runtime/parallel.ts';
import { type LineGrant } from './grant-line.ts';
import { grantKey, Table, type Key } from '../../../lib/table/index.ts';

/** Who is written down as having made imported grants. */
export const IMPORTER = 'npm run grants';

/** The AWS SDK holds 50 connections. */
const WRITES_AT_A_TIME = 32;

/**
 * Sets grants; of two for the same principal and document, the later. What is there already is changed as the API changes it: not
 * at all where it is the same, and where it comes to allow less, in a way that makes the sweeper revoke the live tokens.
 *
 * Each is a write of its own, on the condition that nobody has written since it was read. BatchWriteItem takes no conditions: it
 * would overwrite a grant that somebody has set in the meantime, and nobody would revoke the tokens that were built from that.
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
  const wanted = new Map(grants.map((grant) => [pathOf(keyOf(grant)), grant]));
  const items = await table.batchGet([...wanted.values()].map(keyOf));
  const present = new Map(items.map((item) => [pathOf(item), item]));

  const dependencies = { store: new GrantStore(table), roles, clock };
  await inParallel([...wanted], WRITES_AT_A_TIME, async ([path, grant]) => {
    const item = present.get(path);
    const there = item && grantFromItem(item);
    if (there && isSameContent(there, grant.content)) return;
    // Nearly all of a first import is new: without reading each once more.
    if (item === undefined && (await add(grant, dependencies))) return;
    await change(grant, dependencies);
  });
}

/** Adds a grant where none is. @returns whether there was none */
async function add(
  { documentId, principal, content }: LineGrant,
  { store, clock }: AdministrationDependencies,
): Promise<boolean> {
  const slot = { documentId, key: grantKey(documentId, principal) };
  return (await store.set(slot, principal, content, IMPORTER, secondsOf(clock), false)) !== undefined;
}

async function change(
  { documentId, principal, content }: LineGrant,
  dependencies: AdministrationDependencies,
): Promise<void> {
  const importer = { subject: { userId: IMPORTER, groups: [] }, unbound: true };
  const any = { documentId, principal, precondition: () => true, allowNoOwner: true };
  await setGrant(importer, any, content, dependencies);
}

function keyOf({ documentId, principal }: LineGrant): Key {
  return grantKey(documentId, principal);
}

function pathOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}
