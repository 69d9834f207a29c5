import { describe, expect, test } from '@jest/globals';
import { bodyOf } from '../../../../infra/packaging/aws-clients/request-body.ts';
import { CALLS } from '../../../support/aws/both-clients.ts';

test.each(Object.keys(CALLS))('the input of %s is written as it is', (operation) => {
  const { input } = CALLS[operation]?.[2] as { readonly input: object };

  expect(JSON.parse(bodyOf(input))).toStrictEqual(input);
});

test('a member that is undefined is left out', () => {
  expect(bodyOf({ TableName: 'layermint', ConditionExpression: undefined })).toBe(
    '{"TableName":"layermint"}',
  );
});

describe('a value that JSON would change is refused, before anything is sent:', () => {
  test.each([
    ['no number, which would lift the limit', { Limit: NaN }, 'Limit'],
    ['an infinite number', { Limit: Infinity }, 'Limit'],
    ['a number of another type', { Limit: 5n }, 'Limit'],
    ['null', { IndexName: null }, 'IndexName'],
    ['a gap in a list', { Keys: [{ pk: { S: 'a' } }, undefined] }, '1'],
    ['bytes', { Item: { a: { B: new Uint8Array([1]) } } }, 'B'],
    ['bytes of Node.js', { SecretBinary: Buffer.from('a') }, 'SecretBinary'],
    ['a time', { timestamp: new Date(0) }, 'timestamp'],
    ['a function', { Limit: () => 5 }, 'Limit'],
  ])('%s', (_, input, member) => {
    expect(() => bodyOf(input)).toThrow(`do not write the value of ${member}`);
  });
});
