import { type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { secondsOf, type Clock } from '../../../lib/runtime/clock.ts';
import {
  grantFromItem,
  GrantStore,
  isExpired,
  isSameContent,
  setGrant,
  type AdministrationDependencies,
  type Grant,
  type Roles,
} from '../../../lib/grants/index.ts';
import { inParallelToTheEnd } from './in-parallel-to-the-end.ts';
import type { Seconds } from '../../../lib/runtime/time.ts';
import { type LineGrant } from './grant-line.ts';
import { grantKey, Table, type Key } from '../../../lib/table/index.ts';

/** The creator that is recorded in imported grants. */
export const IMPORTER = 'npm run grants';

/** The AWS SDK holds 50 connections. */
const WRITES_AT_A_TIME = 32;

/** A grant that was written. */
export interface WrittenGrant {
  readonly documentId: string;
  readonly grant: Grant;
  /** The unexpired grant in its place before; absent if there was none. */
  readonly before?: Grant;
}

/** The dependencies of {@link writeGrants}. */
export interface WriteContext {
  readonly client: DynamoDBClient;
  /** The name of the table. */
  readonly table: string;
  readonly roles: Roles;
  readonly clock: Clock;
  /** Is called after each write. A grant that stays as it is has none. */
  readonly onWritten: (written: WrittenGrant) => void;
}

/**
 * Sets grants. Of two for the same principal and document, the later counts. An existing grant changes as the API changes it: an
 * equal one stays untouched, and one that comes to allow less is marked, so that the sweeper revokes the live tokens.
 *
 * Each grant is a conditional write: it fails if the item has changed since it was read. BatchWriteItem has no conditions. It
 * would overwrite a grant that was set in the meantime, and the tokens built from that grant would never be revoked.
 *
 * @throws StoreUnavailableError or the AWS SDK's error, when no write is under way any more. A part of the grants can be written by then
 */
export async function writeGrants(
  grants: readonly LineGrant[],
  { client, table: tableName, roles, clock, onWritten }: WriteContext,
): Promise<void> {
  const table = new Table(client, tableName, clock);
  const at = secondsOf(clock);
  const wanted = new Map(grants.map((grant) => [pathOf(keyOf(grant)), grant]));
  const items = await table.batchGet([...wanted.values()].map(keyOf));
  const present = new Map(items.map((item) => [pathOf(item), item]));

  const dependencies = { store: new GrantStore(table), roles, clock };
  await inParallelToTheEnd([...wanted], WRITES_AT_A_TIME, async ([path, grant]) => {
    const item = present.get(path);
    const there = item && grantFromItem(item);
    if (there && isSameContent(there, grant.content)) return;
    // Nearly all grants of a first import are new. Adding them needs no second read.
    const added = item === undefined ? await add(grant, dependencies) : undefined;
    const written =
      added ?? (await change(grant, there && !isExpired(there, at) ? there : undefined, at, dependencies));
    if (written) onWritten(written);
  });
}

/** Adds a grant. @returns undefined if there is one */
async function add(
  { documentId, principal, content }: LineGrant,
  { store, clock }: AdministrationDependencies,
): Promise<WrittenGrant | undefined> {
  const slot = { documentId, key: grantKey(documentId, principal) };
  const set = await store.set(slot, principal, content, IMPORTER, secondsOf(clock), false);
  return set && { documentId, grant: set.grant };
}

/**
 * Changes a grant, or adds it.
 *
 * @param there - the grant in its place at the first read
 * @param since - the moment before that read
 * @returns undefined if it was not changed
 */
async function change(
  { documentId, principal, content }: LineGrant,
  there: Grant | undefined,
  since: Seconds,
  dependencies: AdministrationDependencies,
): Promise<WrittenGrant | undefined> {
  const importer = { subject: { userId: IMPORTER, groups: [] }, unbound: true };
  const any = { documentId, principal, precondition: () => true, allowNoOwner: true };
  const set = await setGrant(importer, any, content, dependencies);
  if (set.outcome === 'refused') return undefined;
  const { outcome, grant } = set;
  if (outcome !== 'unchanged') return { documentId, grant, ...(set.before && { before: set.before }) };
  // A write whose answer was lost is repeated by the AWS SDK, and finds its own grant.
  const isOwn = grant.grantedBy === IMPORTER && grant.grantedAt >= since;
  return isOwn ? { documentId, grant, ...(there && { before: there }) } : undefined;
}

function keyOf({ documentId, principal }: LineGrant): Key {
  return grantKey(documentId, principal);
}

function pathOf({ pk, sk }: Key): string {
  return JSON.stringify([pk, sk]);
}
