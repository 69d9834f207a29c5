import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stackOf } from '../../../../../tools/cli/deploy/stage-stack.ts';
import {
  startFakeCloudFormation,
  type FakeCloudFormation,
} from '../../../../support/aws/fake-cloudformation.ts';

describe('The CloudFormation stack of a stage', () => {
  let cloudFormation: FakeCloudFormation;
  const former = { ...process.env };

  beforeAll(async () => {
    cloudFormation = await startFakeCloudFormation();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: cloudFormation.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  });

  afterAll(async () => {
    await cloudFormation.close();
    process.env = former;
  });

  const stack = () => stackOf('prod', 'eu-central-1');

  test('is undefined if there is none', async () => {
    cloudFormation.stack = undefined;

    expect(await stack().read()).toBeUndefined();
  });

  test('has a status, outputs and a newest event', async () => {
    cloudFormation.stack = { status: 'UPDATE_COMPLETE', outputs: { ApiUrl: 'https://a' }, isProtected: true };
    cloudFormation.events = [{ id: 'newest', resource: 'Table', status: 'UPDATE_COMPLETE' }];

    expect(await stack().read()).toEqual({
      status: 'UPDATE_COMPLETE',
      outputs: { ApiUrl: 'https://a' },
      newestEvent: 'newest',
      isProtected: true,
    });
  });

  test('names the failures of one operation, the cause first, without those that it cancelled', async () => {
    cloudFormation.stack = { status: 'UPDATE_ROLLBACK_COMPLETE' };
    cloudFormation.events = [
      { id: '6', resource: 'Api', status: 'UPDATE_ROLLBACK_COMPLETE' },
      { id: '5', resource: 'Role', status: 'CREATE_FAILED', reason: 'Resource creation cancelled' },
      { id: '4', resource: 'Domain', status: 'CREATE_FAILED', reason: 'second' },
      { id: '3', resource: 'Table', status: 'CREATE_FAILED', reason: 'first' },
      { id: '2', resource: 'Api', status: 'UPDATE_COMPLETE' },
      { id: '1', resource: 'Old', status: 'CREATE_FAILED', reason: 'of an earlier deployment' },
    ];

    expect(await stack().failuresSince('2')).toEqual([
      { resource: 'Table', type: 'AWS::Test::Table', reason: 'first' },
      { resource: 'Domain', type: 'AWS::Test::Domain', reason: 'second' },
    ]);
  });
});
