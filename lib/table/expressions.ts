import { principalKey, type Principal } from '../identity/index.ts';
import { documentPartition, GRANT_KEYS_BEGIN, HOLDER_KEYS_BEGIN, holderIndexKey } from './keys.ts';
import type { Expression } from './table.ts';

/** The condition that there is no item under a key. */
export const NOTHING_THERE: Expression = { text: 'attribute_not_exists(pk)' };

/** The stand-in for the attribute `ttl`, which is a reserved word. */
export const TTL_NAME = { '#ttl': 'ttl' } as const;

/** Makes the key condition for a document's grants and tombstones. */
export function grantsOf(documentId: string): Expression {
  return ofDocument(documentId, GRANT_KEYS_BEGIN);
}

/** Makes the key condition for a document's holder items. */
export function holdersOf(documentId: string): Expression {
  return ofDocument(documentId, HOLDER_KEYS_BEGIN);
}

function ofDocument(documentId: string, begin: string): Expression {
  return {
    text: 'pk = :pk AND begins_with(sk, :begin)',
    values: { ':pk': documentPartition(documentId), ':begin': begin },
  };
}

/**
 * Makes the key condition for a principal's grants on the documents behind a given one, for the index
 * {@link BY_PRINCIPAL}. Under a principal's key the index has only grants, so every `pk` there is a document's.
 */
export function grantsTo(principal: Principal, after: string): Expression {
  return {
    text: 'principal = :principal AND pk > :after',
    values: { ':principal': principalKey(principal), ':after': documentPartition(after) },
  };
}

/** Makes the key condition for a user's holder items in the index {@link BY_PRINCIPAL}. */
export function heldBy(userId: string): Expression {
  return { text: 'principal = :holder', values: { ':holder': holderIndexKey(userId) } };
}

/** Makes the key condition for one partition of the index {@link BY_DUE}. */
export function dueIn(shard: string): Expression {
  return { text: 'dueShard = :shard', values: { ':shard': shard } };
}
