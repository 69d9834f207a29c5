import { principalFromKey, principalKey, type Principal } from '../identity/index.ts';
import type { Key } from './table.ts';

// The keys of every kind of item, and the names of the indexes. Nothing outside lib/table spells any of them; docs/table.md
// describes the items.

const DOCUMENT = 'DOC#';
const GRANT = 'GRANT#';
const HOLDER = 'HOLDER#';
const JOB = 'JOB#';

/** The index of each principal's grants, and of each user's holder items. */
export const BY_PRINCIPAL = 'byPrincipal';

/** The index of the work that revocation still has to do: partition `dueShard`, order `dueSince`. */
export const BY_DUE = 'byDue';

/** Names the partition that holds everything about a document. */
export function documentPartition(documentId: string): string {
  return DOCUMENT + documentId;
}

/** Reads the document of a partition that {@link documentPartition} named. */
export function documentOfPartition(partition: string): string {
  return partition.slice(DOCUMENT.length);
}

/** Makes the key of the grant that a principal has on a document; there is at most one. */
export function grantKey(documentId: string, principal: Principal): Key {
  return { pk: documentPartition(documentId), sk: GRANT + principalKey(principal) };
}

/** The beginning of the sort key of every grant of a document. */
export const GRANT_KEYS_BEGIN = GRANT;

/** Tells whether a key is of a grant, or of the tombstone of a removed one. */
export function isGrantKey({ sk }: Pick<Key, 'sk'>): boolean {
  return sk.startsWith(GRANT);
}

/** Reads the principal whose grant lies under a key; undefined for the key of anything else. */
export function principalOfGrantKey(key: Pick<Key, 'sk'>): Principal | undefined {
  return isGrantKey(key) ? principalFromKey(key.sk.slice(GRANT.length)) : undefined;
}

/** Makes the key of a user's holder item for a document. */
export function holderKey(documentId: string, userId: string): Key {
  return { pk: documentPartition(documentId), sk: holderIndexKey(userId) };
}

/** The beginning of the sort key of every holder item of a document. */
export const HOLDER_KEYS_BEGIN = HOLDER;

/** Names the partition of a user's holder items in the index {@link BY_PRINCIPAL}. */
export function holderIndexKey(userId: string): string {
  return HOLDER + userId;
}

/** Reads the document and the user of a holder item's key; undefined for the key of anything else. */
export function holderOfKey({
  pk,
  sk,
}: Key): { readonly documentId: string; readonly userId: string } | undefined {
  if (!sk.startsWith(HOLDER)) return undefined;
  return { documentId: documentOfPartition(pk), userId: sk.slice(HOLDER.length) };
}

/** Makes the key of a revocation job. */
export function jobKey(id: string): Key {
  return { pk: JOB + id, sk: 'JOB' };
}

/** Reads the id of the job that lies under a key; undefined for the key of anything else. */
export function jobOfKey({ pk }: Pick<Key, 'pk'>): string | undefined {
  return pk.startsWith(JOB) ? pk.slice(JOB.length) : undefined;
}

/** The partition of the published public keys and of the lease to rotate them. */
export const KEYS_PARTITION = 'KEYS';

/** Makes the key of a published public key. */
export function publishedKeyKey(kid: string): Key {
  return { pk: KEYS_PARTITION, sk: kid };
}

/**
 * The key of the lease: the right to rotate, with the checkpoint of the run that holds it. It is no RFC 7638 thumbprint, and no
 * `kid` that anyone would give: it cannot be taken for a published key.
 */
export const LEASE_KEY: Key = { pk: KEYS_PARTITION, sk: '#rotation' };

const SHARDS = 16;

/**
 * All partitions of the index {@link BY_DUE}. An index partition takes about 1,000 writes a second, and a throttled index throttles
 * the table; revoking a document with many holders writes them all at once.
 */
export const DUE_SHARDS: readonly string[] = Array.from({ length: SHARDS }, (_, shard) => dueShard(shard));

/** Names the partition of {@link BY_DUE} for an item, by a number that its key gives. */
export function dueShard(number: number): string {
  return `DUE#${number % SHARDS}`;
}
