import { describe, expect, test } from '@jest/globals';
import { dependenciesOf } from '../../../infra/packaging/template/dependencies.ts';
import type {
  FinishedTemplate,
  TemplateResource,
} from '../../../infra/packaging/template/finished-template.ts';
import { rotationLast } from '../../../infra/packaging/template/rotation-last.ts';

const template = (resources: Readonly<Record<string, Omit<TemplateResource, 'Type'>>>): FinishedTemplate => ({
  Resources: Object.fromEntries(
    Object.entries(resources).map(([id, resource]) => [id, { Type: 'Example', ...resource }]),
  ),
});

const referring = (value: unknown): Omit<TemplateResource, 'Type'> => ({ Properties: { value } });

describe('the dependencies of a resource', () => {
  test.each<[string, Omit<TemplateResource, 'Type'>]>([
    ['one DependsOn', { DependsOn: 'A' }],
    ['a list of DependsOn', { DependsOn: ['A'] }],
    ['Ref', referring({ Ref: 'A' })],
    ['Fn::GetAtt as a list', referring([{ 'Fn::GetAtt': ['A', 'Arn'] }])],
    ['Fn::GetAtt as a string', referring({ 'Fn::GetAtt': 'A.Arn' })],
    ['Fn::Sub with its name', referring({ 'Fn::Sub': 'x${A}' })],
    ['Fn::Sub with an attribute', referring({ 'Fn::Sub': 'x${A.Arn}/${AWS::Region}' })],
    ['Fn::Sub with a map', referring({ 'Fn::Sub': ['${arn}', { arn: { 'Fn::GetAtt': ['A', 'Arn'] } }] })],
    ['Fn::Join', referring({ 'Fn::Join': ['/', [{ Ref: 'A' }, '*']] })],
  ])('come from %s', (_what, resource) => {
    expect([...dependenciesOf(template({ A: {}, B: {}, X: resource }), 'X')]).toEqual(['A']);
  });

  test('come over any number of steps', () => {
    const chain = template({ A: {}, B: { DependsOn: 'A' }, X: referring({ Ref: 'B' }) });
    expect(dependenciesOf(chain, 'X')).toEqual(new Set(['A', 'B']));
  });

  test('are none for pseudo parameters, escaped names and parameters of the template', () => {
    const none = template({ A: {}, X: referring([{ Ref: 'AWS::Region' }, { 'Fn::Sub': '${!A} ${B}' }]) });
    expect(dependenciesOf(none, 'X')).toEqual(new Set());
  });

  test('include the resource itself only in a cycle', () => {
    expect(dependenciesOf(template({ A: { DependsOn: 'X' }, X: { DependsOn: 'A' } }), 'X')).toEqual(
      new Set(['A', 'X']),
    );
  });
});

test('rotation starts after every resource, except those that need its schedule', () => {
  const stack = template({
    Api: {},
    RotationSchedule: referring({ Ref: 'Secret' }),
    Secret: {},
    AlarmOfSchedule: referring({ Ref: 'RotationSchedule' }),
    Dashboard: { DependsOn: 'AlarmOfSchedule' },
  });

  rotationLast(stack);

  expect(stack.Resources['RotationSchedule']?.DependsOn).toEqual(['Api', 'Secret']);
});

test('a stack without rotation stays as it is', () => {
  const stack = template({ Api: {} });
  rotationLast(stack);
  expect(stack).toEqual(template({ Api: {} }));
});
