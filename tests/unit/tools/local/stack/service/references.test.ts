import { describe, expect, test } from '@jest/globals';
import {
  PSEUDO_PARAMETERS,
  resolveText,
  UnresolvedReferenceError,
} from '../../../../../../tools/local/stack/service/references.ts';

const references = new Map([
  ...PSEUDO_PARAMETERS,
  ['Table', 'the-table'],
  ['Table.Arn', 'arn:aws:the-table'],
] as const);
const resolve = (value: unknown): string => resolveText(value, references, 'NAME of the function "fn"');

describe('A value of the template', () => {
  test.each([
    ['text', 'text'],
    [3600, '3600'],
    [true, 'true'],
    [{ Ref: 'Table' }, 'the-table'],
    [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:aws:the-table'],
    [{ 'Fn::GetAtt': 'Table.Arn' }, 'arn:aws:the-table'],
    [{ 'Fn::Sub': '${AWS::Region}/${Table}' }, 'us-east-1/the-table'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Table' }, 1]] }, 'a-the-table-1'],
  ])('%j is the text %s', (value, expected) => {
    expect(resolve(value)).toBe(expected);
  });

  test.each([
    [{ Ref: 'Queue' }, 'NAME of the function "fn" refers to Queue, which the local stack does not have'],
    [{ 'Fn::GetAtt': ['Table', 'StreamArn'] }, 'refers to Table.StreamArn'],
    [{ 'Fn::Sub': '${Queue}' }, 'refers to Queue'],
    [{ 'Fn::ImportValue': 'x' }, 'NAME of the function "fn" is neither a string nor a reference'],
    [null, 'is neither a string nor a reference'],
  ])('%j is refused by name', (value, message) => {
    expect(() => resolve(value)).toThrow(UnresolvedReferenceError);
    expect(() => resolve(value)).toThrow(message);
  });
});
