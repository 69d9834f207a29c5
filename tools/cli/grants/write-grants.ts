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

/** The creator that is recorded in imported grants. */
export const IMPORTER = 'npm run grants';

/** The AWS SDK holds 50 connections. */
const WRITES_AT_A_TIME = 32;

/**
 * Sets grants. Of two for the same principal and document, the later counts. An existing grant changes as the API changes it: an
 * equal one stays untouched, and one that comes to allow less is marked, so that the sweeper revokes the live tokens.
 *
 * Each grant is a conditional write: it fails if the item has changed since it was read. BatchWriteItem has no conditions. It
 * would overwrite a grant that was set in the meantime, and the tokens built from that grant would never be revoked.
 *
 * @throws StoreUnavailableError or the AWS SDK's error; a part of the grants can be written by then
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
    // Nearly all grants of a first import are new. Adding them needs no second read.
    if (item === undefined && (await add(grant, dependencies))) return;
    await change(grant, dependencies);
  });
}

/** Adds a grant if there is none. @returns whether there was none */
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
