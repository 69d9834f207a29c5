import type { PageBounds } from '../../grants/index.ts';
import { decodeCursor } from './cursor.ts';
import { invalidQuery, type Query } from './query.ts';

/** The parameters of every list. */
export const PAGING_PARAMETERS = ['limit', 'cursor'] as const;

/** The most entries of a page unless a request says otherwise, and at all. */
export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/**
 * The most bytes that a page's entries have in a function's answer, unless it is one entry only: far enough below the
 * 6 MB that Lambda takes for an answer.
 */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/** The page of a list that is asked for. */
interface PageRequest {
  readonly limit: number;
  /** Begins behind this position; absent = with the first. */
  readonly after?: string;
}

/**
 * Reads `limit` and `cursor`.
 *
 * @param list - the kind of list, see {@link decodeCursor}
 * @throws Problem 400
 */
export function pageIn(query: Query, list: string): PageRequest {
  const limit = query.get('limit') ?? String(DEFAULT_LIMIT);
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > MAX_LIMIT) {
    throw invalidQuery(`must have a "limit" from 1 to ${MAX_LIMIT}, or none for ${DEFAULT_LIMIT}`);
  }
  const cursor = query.get('cursor');
  return { limit: Number(limit), ...(cursor !== undefined && { after: decodeCursor(list, cursor) }) };
}

/**
 * Limits how much a page holds.
 *
 * @param answer - an entry as the API answers it
 */
export function pageBounds<Entry>(limit: number, answer: (entry: Entry) => unknown): PageBounds<Entry> {
  return { limit, maxBytes: MAX_PAGE_BYTES, bytesOf: (entry) => answeredBytes(answer(entry)) };
}

/** A function's answer is JSON that holds the body as a text, in which each quote and backslash of the body is escaped. */
function answeredBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(value)));
}
