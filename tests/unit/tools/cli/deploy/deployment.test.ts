import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findDeployment } from '../../../../../tools/cli/deploy/deployment.ts';
import type { LoopbackServer } from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { stackAnswer, stackError, startAws } from '../../../../support/cli/aws-answers.ts';

const STAGES = { default: { region: 'eu-central-1' }, prod: {} };

describe('The API of a deployed stage', () => {
  let aws: LoopbackServer;
  let answer = stackError('ValidationError', '');
  const former = { ...process.env };

  beforeEach(async () => {
    aws = await startAws(() => answer);
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: aws.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  });

  afterEach(async () => {
    process.env = { ...former };
    await aws.close();
  });

  test('is an output of its stack', async () => {
    answer = stackAnswer({ StackStatus: 'UPDATE_COMPLETE' }, { ApiUrl: 'https://api.example.com' });

    expect(await findDeployment('prod', STAGES)).toBe('https://api.example.com');
  });

  test.each([
    [
      stackError('ValidationError', 'Stack with id layermint-prod does not exist'),
      'There is no CloudFormation stack layermint-prod in eu-central-1. Deploy the stage first: npm run deploy -- --stage prod',
    ],
    [
      stackError('ExpiredToken', 'The security token is expired'),
      'cannot be read: The security token is expired. To see whose credentials are used: aws sts get-caller-identity',
    ],
    [stackAnswer({ StackStatus: 'CREATE_COMPLETE' }, {}), 'has no output ApiUrl: deploy the stage first.'],
  ])('that is not found leads to the next command', async (given, message) => {
    answer = given;

    await expect(findDeployment('prod', STAGES)).rejects.toThrow(message);
  });
});
