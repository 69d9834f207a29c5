import type { PageBounds } from '../../grants/index.ts';
import { decodeCursor } from './cursor.ts';
import { invalidQuery, type Query } from './query.ts';

/** The parameters of every list. */
export const PAGING_PARAMETERS = ['limit', 'cursor'] as const;

/** The most entries of a page if a request does not set a limit. */
export const DEFAULT_LIMIT = 50;

/** The highest limit that a request can set. */
export const MAX_LIMIT = 200;

/**
 * The most bytes of a page's entries in a function's answer. A single entry can have more. Lambda takes 6 MB for an answer, so
 * this leaves room.
 */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** The requested page of a list. */
interface PageRequest {
  readonly limit: number;
  /** The page begins after this position; absent = with the first entry. */
  readonly after?: string;
}

/**
 * Reads the parameters `limit` and `cursor`.
 *
 * @param list - the kind of list, see {@link decodeCursor}
 * @throws Problem 400
 */
export function pageIn(query: Query, list: string): PageRequest {
  const limit = query.get('limit') ?? String(DEFAULT_LIMIT);
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > MAX_LIMIT) {
    throw invalidQuery(`must have a "limit" from 1 to ${MAX_LIMIT}, or none, which means ${DEFAULT_LIMIT}`);
  }
  const cursor = query.get('cursor');
  return { limit: Number(limit), ...(cursor !== undefined && { after: decodeCursor(list, cursor) }) };
}

/**
 * Limits a page by its number of entries and its bytes.
 *
 * @param answer - writes an entry as the API answers it
 */
export function pageBounds<Entry>(limit: number, answer: (entry: Entry) => unknown): PageBounds<Entry> {
  return { limit, maxBytes: MAX_PAGE_BYTES, bytesOf: (entry) => answeredBytes(answer(entry)) };
}

/** Counts bytes as Lambda does: an answer is JSON with the body as a string, which escapes each quote and backslash of the body. */
function answeredBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(value)));
}
