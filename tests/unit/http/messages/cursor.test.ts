import { describe, expect, test } from '@jest/globals';
import { decodeCursor, encodeCursor } from '../../../../lib/http/messages/cursor.ts';

/** A position that is valid in both lists: a document can have this id, and it is the key of the principal everyone. */
const POSITION = 'EVERYONE';

describe('a cursor', () => {
  test.each(['a', POSITION, 'USER#日本', ''])(
    'of the position %j comes back as that position',
    (position) => {
      expect(decodeCursor('grants', encodeCursor('grants', position))).toBe(position);
    },
  );

  test('of another list is refused, even if its position is one of this list', () => {
    expect(() => decodeCursor('grants', encodeCursor('documents', POSITION))).toThrow('must have a "cursor"');
  });

  test.each<[string, (cursor: string) => string]>([
    ['is cut', (cursor) => cursor.slice(0, -1)],
    ['is followed by something', (cursor) => `${cursor}A`],
    ['is padded', (cursor) => `${cursor}=`],
    ['is spelled in base64', (cursor) => Buffer.from(cursor, 'base64url').toString('base64')],
    ['is a position without its checksum', () => Buffer.from(POSITION).toString('base64url')],
    ['is empty', () => ''],
  ])('that %s is refused', (_, change) => {
    // Its bytes are such that base64 has characters that base64url lacks.
    const cursor = encodeCursor('grants', `${POSITION}?>~`);
    expect(() => decodeCursor('grants', change(cursor))).toThrow('must have a "cursor"');
  });
});
