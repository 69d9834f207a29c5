import { describe, expect, test } from '@jest/globals';
import { checkRollback } from '../../../infra/packaging/template/rollback-target.ts';

const TABLE = { Ref: 'Table' };
const SECRET = { Ref: 'SigningKeySecret' };

/** Makes the resources of a stack. The health function has no data, as in a real one. */
const stack = (table: unknown = TABLE, secret: unknown = SECRET, schedule: object = {}) => ({
  Health: { Properties: { Environment: { Variables: { STAGE: 'prod' } } } },
  Mint: { Properties: { Environment: { Variables: { TABLE_NAME: table, SIGNING_KEY_SECRET_ARN: secret } } } },
  RotationSchedule: { Properties: { RotateImmediatelyOnUpdate: false, ...schedule } },
});

describe('a rollback', () => {
  test('to a deployment with the same data is made', () => {
    expect(checkRollback(stack(), stack())).toEqual([]);
    expect(checkRollback(stack('restored'), stack('restored'))).toEqual([]);
  });

  test('to a deployment of a version without these variables is made', () => {
    const earlier = { Old: { Properties: { Environment: { Variables: {} } } } };
    expect(checkRollback(earlier, stack())).toEqual([]);
  });

  test.each([
    [
      'before the stage adopted a table',
      stack(),
      stack('restored'),
      'tableName: that deployment used the stack\'s own, and the stage now uses "restored"',
    ],
    [
      'with another adopted table',
      stack('first'),
      stack('second'),
      'tableName: that deployment used "first", and the stage now uses "second"',
    ],
    [
      'before the stage had a secret of its own',
      stack(),
      stack(TABLE, 'arn:of:own'),
      'signingKeySecretArn: that deployment used the stack\'s own, and the stage now uses "arn:of:own"',
    ],
  ])(
    'to a deployment %s is refused, because it would take the data away',
    (_what, earlier, deployed, message) => {
      expect(() => checkRollback(earlier, deployed)).toThrow(message);
      expect(() => checkRollback(earlier, deployed)).toThrow(
        'keep the parameters of the stage, and deploy it',
      );
    },
  );

  test('out of a network in one step is refused, as a deployment is', () => {
    const deployed = { ...stack(), Sweep: { Properties: { VpcConfig: { SubnetIds: ['subnet-0a1b2c3d'] } } } };
    expect(() => checkRollback(stack(), deployed)).toThrow('vpcFunctions: none');
  });

  test('to the deployment that created the schedule says that it replaces the key', () => {
    const first = stack(TABLE, SECRET, { RotateImmediatelyOnUpdate: true });
    expect(checkRollback(first, stack())).toEqual([expect.stringContaining('replaces the signing key once')]);
    expect(checkRollback(first, first)).toEqual([]);
    expect(checkRollback(stack(), first)).toEqual([]);
  });

  test('between one issuer and several says that callers are refused for a while', () => {
    const several = {
      ...stack(),
      Inspect: { Properties: { Environment: { Variables: { ISSUERS: '[]' } } } },
    };
    const told = [expect.stringMatching(/^issuers: .* refuse callers with 401 until then/)];
    expect(checkRollback(stack(), several)).toEqual(told);
    expect(checkRollback(several, stack())).toEqual(told);
    expect(checkRollback(several, several)).toEqual([]);
  });

  test('to the deployment that created a protected table says that the protection ends', () => {
    const withTable = (DeletionProtectionEnabled: boolean) => ({
      ...stack(),
      Table: { Properties: { DeletionProtectionEnabled } },
    });
    const sentence = expect.stringContaining('the table is not protected after this rollback');
    expect(checkRollback(withTable(false), withTable(true))).toEqual([sentence]);
    expect(checkRollback(withTable(true), withTable(true))).toEqual([]);
    expect(checkRollback(stack(), withTable(true))).toEqual([]);
  });
});
