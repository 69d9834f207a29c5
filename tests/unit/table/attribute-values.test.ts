import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainItem } from '../../../lib/table/attribute-values.ts';

const texts = fc.uniqueArray(fc.string(), { minLength: 1 });

const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    fc.string(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    texts.map((names) => new Set(names)),
    fc.uniqueArray(fc.maxSafeInteger(), { minLength: 1 }).map((numbers) => new Set(numbers)),
    fc.uint8Array(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 3 }),
  ),
}));

describe('plainItem', () => {
  test('gives what the SDK gives, for every type', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), values), (item) => {
        const stored = marshall(item);
        expect(plainItem(stored)).toEqual(unmarshall(stored));
      }),
    );
  });

  test('keeps empty strings, false, 0 and null apart', () => {
    const item: Record<string, AttributeValue> = {
      text: { S: '' },
      flag: { BOOL: false },
      number: { N: '0' },
      nothing: { NULL: true },
      list: { L: [] },
    };
    expect(plainItem(item)).toEqual({ text: '', flag: false, number: 0, nothing: null, list: [] });
  });

  test('keeps sets of bytes, as the SDK does', () => {
    const BS = [new Uint8Array([1]), new Uint8Array([2])];
    expect(plainItem({ bytes: { BS } })).toEqual(unmarshall({ bytes: { BS } }));
  });
});
