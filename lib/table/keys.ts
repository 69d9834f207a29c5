import { principalFromKey, principalKey, type Principal } from '../identity/index.ts';
import type { Key } from './table.ts';

// The keys of every kind of item, and the names of the indexes. Code outside lib/table never spells them. docs/table.md
// describes the items.

const DOCUMENT = 'DOC#';
const GRANT = 'GRANT#';
const HOLDER = 'HOLDER#';
const JOB = 'JOB#';
const LIMIT = 'LIMIT#';

/** The index of each principal's grants and of each user's holder items. */
export const BY_PRINCIPAL = 'byPrincipal';

/** The index of pending revocation work: partition `dueShard`, order `dueSince`, the moment from which it is due. */
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

/** Tells whether a key is a grant's, or that of a removed grant's tombstone. */
export function isGrantKey({ sk }: Pick<Key, 'sk'>): boolean {
  return sk.startsWith(GRANT);
}

/** Reads the principal from a grant's key; undefined for any other key. */
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

/** Reads the document and the user from a holder item's key; undefined for any other key. */
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

/** Reads the id from a job's key; undefined for any other key. */
export function jobOfKey({ pk }: Pick<Key, 'pk'>): string | undefined {
  return pk.startsWith(JOB) ? pk.slice(JOB.length) : undefined;
}

/** Makes the key of the bucket of a user's limit. @param rules - the limit in words: the bucket of another limit is another item */
export function limitKey(userId: string, rules: string): Key {
  return { pk: LIMIT + userId, sk: rules };
}

/** The partition of the published public keys, and of the lease that a rotation takes. */
export const KEYS_PARTITION = 'KEYS';

/** Makes the key of a published public key. */
export function publishedKeyKey(kid: string): Key {
  return { pk: KEYS_PARTITION, sk: kid };
}

/**
 * The key of the lease: the right to rotate, with the checkpoint of the run that holds it. `#rotation` is not an RFC
 * 7638 thumbprint, and no team would choose it as a `kid`. So it is never mistaken for a published key.
 */
export const LEASE_KEY: Key = { pk: KEYS_PARTITION, sk: '#rotation' };

/** The key of the entry that an operator lets the next rotation replace. The name is as safe as that of {@link LEASE_KEY}. */
export const REPLACEABLE_ENTRY_KEY: Key = { pk: KEYS_PARTITION, sk: '#replaceable' };

/**
 * Finds the user id in which a sort key ends, for logs that do not show user ids; undefined if it contains none. Of a key that no kind of
 * item has, everything may be a user id.
 */
export function userIdInKey(key: Key): string | undefined {
  const principal = principalOfGrantKey(key);
  if (principal !== undefined) return principal.kind === 'user' ? principal.id : undefined;
  if (jobOfKey(key) !== undefined || key.pk === KEYS_PARTITION) return undefined;
  return holderOfKey(key)?.userId ?? key.sk;
}

const SHARDS = 16;

/**
 * All partitions of the index {@link BY_DUE}. An index partition takes about 1,000 writes a second, and a throttled
 * index throttles the table. Revoking a document writes all of its holders at once, so the writes are spread over many
 * partitions.
 */
export const DUE_SHARDS: readonly string[] = Array.from({ length: SHARDS }, (_, shard) => dueShard(shard));

/** Names the partition of {@link BY_DUE} for a number that is derived from an item's key. */
export function dueShard(number: number): string {
  return `DUE#${number % SHARDS}`;
}
