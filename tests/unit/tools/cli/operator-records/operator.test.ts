import { userInfo } from 'node:os';
import { expect, test } from '@jest/globals';
import { awsOperator, localOperator } from '../../../../../tools/cli/operator-records/operator.ts';
import type { HttpAnswer } from '../../../../../tools/local/stand-ins/loopback-server.ts';
import { startAws } from '../../../../support/cli/aws-answers.ts';
import { resourcesOfFile } from '../../../../support/runtime/resources.ts';

const ARN = 'arn:aws:sts::111122223333:assumed-role/operators/olga';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-key' };
const MACHINE = `user ${userInfo().username} of a machine`;

const resources = resourcesOfFile();

const xml = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body,
});

const identity = (members: string): HttpAnswer =>
  xml(
    200,
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>${members}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );

async function operatorIf(answer: HttpAnswer): Promise<string> {
  const bodies: string[] = [];
  const sts = resources.adopt(
    await startAws((_path, body) => {
      bodies.push(body);
      return answer;
    }),
    (it) => it.close(),
  );
  const operator = await awsOperator({
    endpoint: sts.url,
    region: 'eu-central-1',
    credentials,
    maxAttempts: 1,
  });
  expect(bodies).toEqual([expect.stringContaining('Action=GetCallerIdentity')]);
  return operator;
}

test('The operator is the ARN that STS gives for the credentials', async () => {
  expect(await operatorIf(identity(`<Arn>${ARN}</Arn><Account>111122223333</Account>`))).toBe(ARN);
});

test.each([
  [
    'refuses',
    xml(
      403,
      '<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>no</Message></Error></ErrorResponse>',
    ),
  ],
  ['fails', xml(500, 'no XML')],
  ['names nobody', identity('')],
])('If STS %s, the operator is the access key, without its secret', async (_what, answer) => {
  expect(await operatorIf(answer)).toBe(`access key AKIDEXAMPLE, ${MACHINE}`);
});

test('If STS cannot be reached, the operator is the access key', async () => {
  const sts = await startAws(() => identity(''));
  await sts.close();
  const config = { endpoint: sts.url, region: 'eu-central-1', credentials, maxAttempts: 1 };
  expect(await awsOperator(config)).toBe(`access key AKIDEXAMPLE, ${MACHINE}`);
});

test('Without credentials there is no operator', async () => {
  const none = (): Promise<never> => Promise.reject(new Error('no credentials'));
  await expect(awsOperator({ region: 'eu-central-1', credentials: none })).rejects.toThrow('no credentials');
});

test('On the local stack the operator is the user of this machine', () => {
  expect(localOperator()).toBe(MACHINE);
});
