import { createHash } from 'node:crypto';
import { invalidQuery } from './query.ts';

const CHECK_BYTES = 6;

/**
 * Writes a position in a list as an opaque cursor: base64url of a checksum and the position. Clients pass it back unread.
 *
 * The cursor does not name the list's owner; the server supplies that. The checksum is not a secret. It detects a damaged cursor
 * and one of another kind of list. A forged cursor leads only to another position of the forger's own list.
 *
 * @param list - the kind of list
 */
export function encodeCursor(list: string, position: string): string {
  return Buffer.concat([checksum(list, position), Buffer.from(position)]).toString('base64url');
}

/**
 * Reads the position from a cursor that {@link encodeCursor} wrote for this kind of list.
 *
 * @throws Problem 400 for any other text
 */
export function decodeCursor(list: string, cursor: string): string {
  const position = Buffer.from(cursor, 'base64url').subarray(CHECK_BYTES).toString();
  // A position has exactly one written form. Base64url decoding accepts others, which did not come from here.
  if (cursor === encodeCursor(list, position)) return position;
  throw invalidQuery('must have a "cursor" as it came in "nextCursor", or none to begin with the first page');
}

function checksum(list: string, position: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([list, position]))
    .digest()
    .subarray(0, CHECK_BYTES);
}
