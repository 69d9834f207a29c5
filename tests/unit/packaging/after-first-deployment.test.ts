import { describe, expect, test } from '@jest/globals';
import { adaptToDeployed } from '../../../infra/packaging/template/after-first-deployment.ts';
import type { FinishedTemplate } from '../../../infra/packaging/template/finished-template.ts';

const SECRET = { Ref: 'SigningKeySecret' };

const stack = (protection?: boolean, SecretId: unknown = SECRET): FinishedTemplate => ({
  Resources: {
    Table: { Type: 'Table', Properties: { DeletionProtectionEnabled: protection } },
    SigningKeySecret: { Type: 'Secret' },
    RotationSchedule: { Type: 'Schedule', Properties: { SecretId, RotateImmediatelyOnUpdate: true } },
  },
});

const rotatesAtOnce = ({ Resources }: FinishedTemplate): unknown =>
  Resources['RotationSchedule']?.Properties?.['RotateImmediatelyOnUpdate'];

describe('a rotation at once', () => {
  test.each<[string, Parameters<typeof adaptToDeployed>[1], boolean]>([
    ['makes the first key, if there is no stack yet', undefined, true],
    ['makes the first key, if the stack has no schedule yet', { Table: {} }, true],
    [
      'starts the use of another secret',
      { RotationSchedule: { Properties: { SecretId: 'arn:of:another' } } },
      true,
    ],
    [
      'does not follow a change of the schedule of a live stage',
      { RotationSchedule: { Properties: { SecretId: { Ref: 'SigningKeySecret' } } } },
      false,
    ],
  ])('%s', (_what, deployed, expected) => {
    const template = stack();
    expect(adaptToDeployed(template, deployed)).toEqual([]);
    expect(rotatesAtOnce(template)).toBe(expected);
  });
});

describe('the protection of a table from deletion', () => {
  const isProtected = ({ Resources }: FinishedTemplate): unknown =>
    Resources['Table']?.Properties?.['DeletionProtectionEnabled'];

  test('waits for the second deployment, so that the first can be rolled back', () => {
    const template = stack(true);
    expect(adaptToDeployed(template, { ServerlessDeploymentBucket: {} })).toEqual([
      expect.stringContaining('protected by the next deployment'),
    ]);
    expect(isProtected(template)).toBe(false);
  });

  test('is there from the second deployment on', () => {
    const template = stack(true);
    expect(adaptToDeployed(template, { Table: {} })).toEqual([]);
    expect(isProtected(template)).toBe(true);
  });

  test('stays as it is, if the stage does not set it', () => {
    const template = stack();
    expect(adaptToDeployed(template, undefined)).toEqual([]);
    expect(isProtected(template)).toBeUndefined();
  });
});

describe('a deployment that would delete the only copy of data is refused', () => {
  const without = (id: string): FinishedTemplate => {
    const { Resources } = stack();
    return { Resources: Object.fromEntries(Object.entries(Resources).filter(([name]) => name !== id)) };
  };

  test.each([
    ['Table', 'tableName'],
    ['SigningKeySecret', 'signingKeySecretArn'],
  ])('%s, if the stage names another by %s', (id, parameter) => {
    for (const DeletionPolicy of ['Delete', undefined]) {
      expect(() => adaptToDeployed(without(id), { [id]: { DeletionPolicy } })).toThrow(
        `${parameter}: this deployment would delete the stack's own ${id}`,
      );
    }
    for (const DeletionPolicy of ['Retain', 'RetainExceptOnCreate']) {
      expect(adaptToDeployed(without(id), { [id]: { DeletionPolicy } })).toEqual([]);
    }
    expect(adaptToDeployed(without(id), undefined)).toEqual([]);
  });
});
