import { createHash } from 'node:crypto';
import { invalidQuery } from './query.ts';

const CHECK_BYTES = 6;

/**
 * Writes a position in a list in a form that clients pass back and do not read: base64url of a checksum and the position. It
 * does not name the list's owner; the server supplies that. The checksum is no secret: it tells a cursor that was
 * damaged or is of another kind of list, and a forged one leads to another position of the forger's own list.
 *
 * @param list - the kind of list
 */
export function encodeCursor(list: string, position: string): string {
  return Buffer.concat([checksum(list, position), Buffer.from(position)]).toString('base64url');
}

/**
 * Reads what {@link encodeCursor} wrote.
 *
 * @throws Problem 400 for anything else
 */
export function decodeCursor(list: string, cursor: string): string {
  const position = Buffer.from(cursor, 'base64url').subarray(CHECK_BYTES).toString();
  // There is one way to write a position, so what reads as one but is written otherwise was not written here.
  if (cursor === encodeCursor(list, position)) return position;
  throw invalidQuery('must have a "cursor" as it came in "nextCursor", or none to begin with the first page');
}

function checksum(list: string, position: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([list, position]))
    .digest()
    .subarray(0, CHECK_BYTES);
}
