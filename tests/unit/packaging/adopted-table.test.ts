import { expect, test } from '@jest/globals';
import { adoptTable } from '../../../infra/packaging/template/adopted-table.ts';
import type { FinishedTemplate } from '../../../infra/packaging/template/finished-template.ts';

const ARN = 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/layermint-restored';

const using = (value: unknown, adopted = true): FinishedTemplate => ({
  Resources: {
    Table: { Type: 'AWS::DynamoDB::Table' },
    ...(adopted && {
      AdoptedTable: { Type: 'Example', Properties: { TableName: 'layermint-restored' } },
    }),
    User: { Type: 'Example', DependsOn: ['Table', 'Other'], Properties: { value } },
    Other: { Type: 'Example' },
  },
  Outputs: { TableName: { Value: { Ref: 'Table' } } },
});

test.each<[string, unknown, unknown]>([
  ['Ref', { Ref: 'Table' }, 'layermint-restored'],
  ['Fn::GetAtt', { 'Fn::GetAtt': ['Table', 'Arn'] }, { 'Fn::Sub': ARN }],
  ['Fn::GetAtt as one string', { 'Fn::GetAtt': 'Table.Arn' }, { 'Fn::Sub': ARN }],
  [
    'the ARN of an index',
    { 'Fn::Join': ['/', [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'index/byDue']] },
    { 'Fn::Join': ['/', [{ 'Fn::Sub': ARN }, 'index/byDue']] },
  ],
  ['Fn::Sub', { 'Fn::Sub': '${Table.Arn}/index/x' }, { 'Fn::Sub': `${ARN}/index/x` }],
  [
    'Fn::Sub with variables',
    { 'Fn::Sub': ['${Table} ${x}', { x: { Ref: 'Table' } }] },
    { 'Fn::Sub': ['layermint-restored ${x}', { x: 'layermint-restored' }] },
  ],
  ['a list', [{ Ref: 'Table' }, { Ref: 'Other' }], ['layermint-restored', { Ref: 'Other' }]],
  [
    'another resource',
    { 'Fn::GetAtt': ['TableOfOthers', 'Arn'] },
    { 'Fn::GetAtt': ['TableOfOthers', 'Arn'] },
  ],
])('a stage with an adopted table has it in place of the reference: %s', (_what, before, after) => {
  const template = using(before);

  adoptTable(template);

  expect(template).toEqual({
    Resources: {
      User: { Type: 'Example', DependsOn: ['Other'], Properties: { value: after } },
      Other: { Type: 'Example' },
    },
    Outputs: { TableName: { Value: 'layermint-restored' } },
  });
});

test('an attribute that an adopted table cannot have stops packaging', () => {
  expect(() => {
    adoptTable(using({ 'Fn::GetAtt': ['Table', 'StreamArn'] }));
  }).toThrow('Nothing replaces the attribute StreamArn of Table.');
});

test('a stage without an adopted table keeps its own', () => {
  const template = using({ Ref: 'Table' }, false);
  adoptTable(template);
  expect(template).toEqual(using({ Ref: 'Table' }, false));
});
