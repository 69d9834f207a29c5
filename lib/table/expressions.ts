import { principalKey, type Principal } from '../identity/index.ts';
import { documentPartition, GRANT_KEYS_BEGIN, HOLDER_KEYS_BEGIN, holderIndexKey } from './keys.ts';
import type { Expression } from './table.ts';

/** The condition that nothing lies under a key. */
export const NOTHING_THERE: Expression = { text: 'attribute_not_exists(pk)' };

/** The stand-in for the attribute `ttl`, which is a reserved word. */
export const TTL_NAME = { '#ttl': 'ttl' } as const;

/** Asks for a document's grants and tombstones. */
export function grantsOf(documentId: string): Expression {
  return ofDocument(documentId, GRANT_KEYS_BEGIN);
}

/** Asks for a document's holder items. */
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
 * Asks the index {@link BY_PRINCIPAL} for a principal's grants, on the documents behind a given one. Only grants are in the
 * index under a principal's key, so every partition there is a document's.
 */
export function grantsTo(principal: Principal, after: string): Expression {
  return {
    text: 'principal = :principal AND pk > :after',
    values: { ':principal': principalKey(principal), ':after': documentPartition(after) },
  };
}

/** Asks the index {@link BY_PRINCIPAL} for a user's holder items. */
export function heldBy(userId: string): Expression {
  return { text: 'principal = :holder', values: { ':holder': holderIndexKey(userId) } };
}

/** Asks the index {@link BY_DUE} for one of its partitions. */
export function dueIn(shard: string): Expression {
  return { text: 'dueShard = :shard', values: { ':shard': shard } };
}
