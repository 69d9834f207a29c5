import { expect, test } from '@jest/globals';
import { holderAttributes, holderItem, holderKey } from '../../../lib/table/index.ts';

const KEY = holderKey('doc', 'alice');
const ATTRIBUTES = {
  epoch: 3000,
  namedAt: 2000,
  holdsUntil: 5000,
  builtFrom: new Set(['USER#alice', 'EVERYONE']),
  pending: { '1000': 4000 },
};
const HOLDER = holderItem(KEY, ATTRIBUTES, 6000);

test("A holder is read as it was made, and is in the index of its user's holders", () => {
  expect(holderAttributes(HOLDER)).toEqual(ATTRIBUTES);
  expect(HOLDER).toMatchObject({ ...KEY, principal: 'HOLDER#alice', ttl: 6000 });
});

test.each(['epoch', 'namedAt', 'holdsUntil'])('A holder is not read without its %s', (name) => {
  expect(holderAttributes({ ...HOLDER, [name]: undefined })).toBeUndefined();
});

test('A holder item without grants and families is read with empty ones, as DynamoDB keeps no empty set', () => {
  expect(holderAttributes({ ...HOLDER, builtFrom: undefined, pending: undefined })).toEqual({
    ...ATTRIBUTES,
    builtFrom: new Set(),
    pending: {},
  });
});
