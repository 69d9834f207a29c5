import { LayermintError, nameOf, UnreadableItemError } from '../runtime/errors.ts';
import type { Seconds } from '../runtime/time.ts';
import { userIdInKey } from './keys.ts';
import type { Key } from './table.ts';

/** The table could not be read or written. Try again after `retryAfterSeconds`. */
export class StoreUnavailableError extends LayermintError {
  override readonly name: string = 'StoreUnavailableError';
  readonly code = 'STORE_UNAVAILABLE';
  /** The pause before the next attempt, in seconds. */
  readonly retryAfterSeconds: Seconds = 1;
}

/** DynamoDB asks for fewer requests. The request itself is good, and its work is not at fault. */
export class StoreThrottledError extends StoreUnavailableError {
  override readonly name = 'StoreThrottledError';
}

/**
 * Other writers changed an item between each read and write. It concerns that item alone: its writers can be hostile, so nothing
 * else may wait for it.
 */
export class StoreContendedError extends StoreUnavailableError {
  override readonly name = 'StoreContendedError';
}

/**
 * DynamoDB refuses the request and would refuse it again: an expression or an item that is too large, a table or a
 * permission that is missing. An operator or a developer has to mend it.
 */
export class StoreRefusedError extends LayermintError {
  override readonly name = 'StoreRefusedError';
  readonly code = 'STORE_REFUSED';
}

// Amazon DynamoDB Developer Guide, "Error handling with DynamoDB".
const THROTTLING = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);
const REFUSING = new Set([
  'AccessDeniedException',
  'ItemCollectionSizeLimitExceededException',
  'ResourceNotFoundException',
  'SerializationException',
  'ValidationException',
]);

/** Makes the error for a failed request: it tells apart a DynamoDB that cannot be reached, one that throttles, and one that refuses. */
export function storeError(error: unknown): LayermintError {
  const name = nameOf(error);
  const options = { cause: error };
  if (THROTTLING.has(name)) return new StoreThrottledError(`DynamoDB throttles the table (${name})`, options);
  if (REFUSING.has(name)) return new StoreRefusedError(`DynamoDB refused a request (${name})`, options);
  return new StoreUnavailableError(`DynamoDB did not serve the table (${name})`, options);
}

/**
 * Makes the error for an item that cannot be read.
 *
 * @param kind - the kind of item, such as `holder`
 */
export function unreadableItem(kind: string, key: Key): UnreadableItemError {
  return new UnreadableItemError(kind, key, userIdInKey(key));
}
