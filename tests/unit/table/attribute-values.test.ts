import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvariantError } from '../../../lib/runtime/errors.ts';
import { plainItem } from '../../../lib/table/attribute-values.ts';

const name = fc.stringMatching(/^[a-zA-Z]\w{0,9}$/);
const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, min: -1e9, max: 1e9 })).map(String);

/** Each type that DynamoDB has (DynamoDB developer guide, "Data types"). */
const { value: values } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    fc.string().map((S) => ({ S })),
    number.map((N) => ({ N })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant<AttributeValue>({ NULL: true }),
    fc.uint8Array().map((B) => ({ B })),
    fc.uniqueArray(fc.string(), { minLength: 1 }).map((SS) => ({ SS })),
    fc.uniqueArray(number, { minLength: 1 }).map((NS) => ({ NS })),
    fc.array(fc.uint8Array(), { minLength: 1 }).map((BS) => ({ BS })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }).map((M) => ({ M })),
  ),
}));

describe('plainItem', () => {
  test('gives what the SDK gives, for every type', () => {
    fc.assert(
      fc.property(fc.dictionary(name, values, { noNullPrototype: true }), (item) => {
        expect(plainItem(item)).toEqual(unmarshall(item));
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

  test.each<[string, AttributeValue]>([
    ['an integer that a number cannot hold', { N: '9007199254740993' }],
    ['such an integer in a set', { NS: ['9007199254740993'] }],
    ['an attribute that would become the prototype', { M: { ['__proto__']: { S: 'x' } } }],
  ])('refuses %s', (_what, value) => {
    expect(() => plainItem({ value })).toThrow(InvariantError);
  });
});
