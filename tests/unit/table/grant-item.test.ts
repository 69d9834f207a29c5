import { describe, expect, test } from '@jest/globals';
import {
  dueFrom,
  grantAttributes,
  grantItem,
  grantKey,
  grantTombstone,
  grantUnchanged,
  holderKey,
  isGrantItem,
  markAttributes,
  markName,
} from '../../../lib/table/index.ts';

const ALICE = { kind: 'user', id: 'alice' } as const;
const KEY = grantKey('doc', ALICE);
const ATTRIBUTES = { role: 'editor', layers: ['*'], grantedBy: 'olga', grantedAt: 1000, etag: 'one' };
const GRANT = grantItem('doc', ALICE, ATTRIBUTES);
const TOMBSTONE = grantTombstone(KEY, 'two', 1000);

describe("a grant's item", () => {
  test('is read as it was made', () => {
    expect(grantAttributes(GRANT)).toEqual({ ...ATTRIBUTES, privateLayer: false });
  });

  test('is deleted by DynamoDB when the grant has expired, and not at all without that', () => {
    expect(grantItem('doc', ALICE, { ...ATTRIBUTES, expiresAt: 5000 })).toMatchObject({ ttl: 5000 });
    expect(GRANT).not.toHaveProperty('ttl');
  });

  test.each(Object.keys(ATTRIBUTES))('is not read without its %s', (name) => {
    expect(grantAttributes({ ...GRANT, [name]: undefined })).toBeUndefined();
  });
});

describe('the tombstone of a removed grant', () => {
  test('is not a grant even with the attributes of one', () => {
    expect(isGrantItem(GRANT)).toBe(true);
    expect(isGrantItem(TOMBSTONE)).toBe(false);
    expect(grantAttributes({ ...ATTRIBUTES, ...TOMBSTONE })).toBeUndefined();
  });

  test('is in no index of grants, and stays for a day', () => {
    expect(TOMBSTONE).toEqual({ ...KEY, removed: true, etag: 'two', ttl: 1000 + 86_400 });
  });
});

test('An item of another kind is not a grant', () => {
  expect(isGrantItem({ ...holderKey('doc', 'alice') })).toBe(false);
});

describe('the mark on an item', () => {
  const mark = { revoking: 'a change', ...dueFrom(KEY, 2000) };

  test.each([
    ['a grant', GRANT],
    ['a tombstone', TOMBSTONE],
  ])('is read from %s', (_, item) => {
    expect(markAttributes({ ...item, ...mark })).toEqual(mark);
    expect(markName({ ...item, ...mark })).toBe('a change');
  });

  test('is undefined if there is none, or no item', () => {
    for (const item of [GRANT, TOMBSTONE, undefined]) {
      expect([markAttributes(item), markName(item)]).toEqual([undefined, undefined]);
    }
  });

  test('of an earlier version has waited since it is due', () => {
    const { waitingSince: _, ...earlier } = mark;
    expect(markAttributes({ ...GRANT, ...earlier, dueAt: 3000 })).toEqual(mark);
  });

  test.each(['revoking', 'dueShard', 'dueSince'])('is not read without its %s', (name) => {
    expect(markAttributes({ ...GRANT, ...mark, [name]: undefined })).toBeUndefined();
  });
});

describe('a write that must not overwrite a change of the same moment', () => {
  test('has the condition that the etag is the one that was read', () => {
    expect(grantUnchanged(GRANT)).toEqual({ text: 'etag = :etag', values: { ':etag': 'one' } });
  });

  test('has the condition that there is still no etag if none was read', () => {
    expect(grantUnchanged({ ...GRANT, etag: undefined })).toEqual({ text: 'attribute_not_exists(etag)' });
  });

  test('has the condition that there is still no item if none was read', () => {
    expect(grantUnchanged(undefined)).toEqual({ text: 'attribute_not_exists(pk)' });
  });
});
