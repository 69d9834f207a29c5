import { describe, expect, test } from '@jest/globals';
import { publishedKeyAttributes, publishedKeyItem } from '../../../lib/table/index.ts';

const KEY = { kid: 'kid', alg: 'RS256', publicKey: 'PEM', longestLife: 3600 };

describe("a published key's item", () => {
  test.each([
    { ...KEY, state: 'pending' },
    { ...KEY, state: 'current' },
    { ...KEY, state: 'previous', verifiesUntil: 5000 },
    { ...KEY, state: 'dropped', verifiesUntil: 5000 },
  ] as const)('is read as it was made: %j', (key) => {
    expect(publishedKeyAttributes(publishedKeyItem(key))).toEqual(key);
  });

  test('is deleted by DynamoDB 30 days after the key verifies nothing, and not at all before there is an end', () => {
    const previous = publishedKeyItem({ ...KEY, state: 'previous', verifiesUntil: 5000 });
    expect(previous['ttl']).toBe(5000 + 30 * 86_400);
    expect(publishedKeyItem({ ...KEY, state: 'current' })).not.toHaveProperty('ttl');
  });

  test.each(['alg', 'publicKey', 'longestLife', 'state'])('is not read without its %s', (name) => {
    expect(
      publishedKeyAttributes({ ...publishedKeyItem({ ...KEY, state: 'current' }), [name]: undefined }),
    ).toBeUndefined();
  });

  test.each([
    { state: 'current', verifiesUntil: 5000 },
    { state: 'pending', verifiesUntil: 5000 },
    { state: 'previous' },
    { state: 'dropped' },
    { state: 'other' },
  ])('is not read with a state that its end does not fit: %j', (attributes) => {
    const { kid, ...rest } = KEY;
    expect(publishedKeyAttributes({ pk: 'KEYS', sk: kid, ...rest, ...attributes })).toBeUndefined();
  });
});
