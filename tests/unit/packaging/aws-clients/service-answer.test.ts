import { describe, expect, test } from '@jest/globals';
import { awsJson, CALLS, KEY, sentByBoth, WRITE } from '../../../support/aws/both-clients.ts';
import type { HttpAnswer } from '../../../../tools/local/stand-ins/loopback-server.ts';

const always = (answer: HttpAnswer) => () => Promise.resolve(answer);

/** An answer to any operation: the SDK leaves out the members that an operation does not have. */
const OUTPUT = {
  Responses: { layermint: [WRITE.ExpressionAttributeValues] },
  UnprocessedKeys: {},
  Items: [WRITE.ExpressionAttributeValues],
  LastEvaluatedKey: KEY,
  Count: 1,
  SecretString: '{"ü": 1}',
  SecretBinary: 'AAEC/w==',
  VersionId: 'version-1',
  VersionIdsToStages: { 1: ['AWSCURRENT'] },
  RotationEnabled: true,
  CreatedDate: 1_795_000_000.25,
  LastChangedDate: 1_795_000_000,
  rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 },
};

test.each(Object.keys(CALLS))('an answer to %s is read as the SDK reads it', async (operation) => {
  const { sdk, own } = await sentByBoth(operation, always(awsJson(200, OUTPUT)));

  // Without the members that are undefined.
  expect(own.outcome).toMatchObject(structured(sdk.outcome));
  expect(own.outcome).toHaveProperty('$metadata.requestId', 'request-1');
});

/** Copies a value without the members that are undefined. */
function structured(value: unknown): object {
  const members = Object.entries(value as object).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([name, member]) => [
      name,
      (member as object | null)?.constructor === Object ? structured(member) : (member as unknown),
    ]),
  );
}

const ERRORS: Readonly<Record<string, readonly [string, HttpAnswer]>> = {
  'a condition that failed': [
    'UpdateItem',
    awsJson(400, {
      __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: KEY,
    }),
  ],
  throttling: [
    'Query',
    awsJson(400, { __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException', message: 'Slow down' }),
  ],
  'an error that the SDK does not know': [
    'Query',
    awsJson(400, { __type: 'com.amazon.coral.validate#NewException', Message: 'Something new', Detail: 1 }),
  ],
  'an error with a code': ['Query', awsJson(400, { code: 'Refused', message: 'No' })],
  'an error named by a header': [
    'Query',
    awsJson(403, {}, { 'x-amzn-errortype': 'AccessDeniedException:http://x' }),
  ],
  'an error without a body': ['Query', awsJson(500, '')],
  'an error of a proxy': ['Query', awsJson(503, '<html>Service Unavailable</html>')],
  'a missing secret': [
    'GetSecretValue',
    awsJson(400, { __type: 'ResourceNotFoundException', Message: 'None' }),
  ],
  'a secret that exists': [
    'PutSecretValue',
    awsJson(400, { __type: 'ResourceExistsException', Message: 'There' }),
  ],
  'a wrong parameter': [
    'UpdateSecretVersionStage',
    awsJson(400, { __type: 'InvalidParameterException', Message: 'Wrong' }),
  ],
  'a missing log stream': [
    'PutLogEvents',
    awsJson(400, {
      __type: 'ResourceNotFoundException',
      message: 'The specified log stream does not exist.',
    }),
  ],
  'an answer that is not JSON': ['Query', awsJson(200, '{"Items": [')],
};

describe('like the SDK, a client throws for', () => {
  test.each(Object.keys(ERRORS))('%s', async (kind) => {
    const [operation = '', answer = awsJson(200, {})] = ERRORS[kind] ?? [];
    const { sdk, own } = await sentByBoth(operation, always(answer));

    expect(structured(own.outcome)).toEqual(structured(sdk.outcome));
    expect(own.outcome).toHaveProperty('name');
    expect(own.requests).toHaveLength(sdk.requests.length);
  });
});

describe('an answer with a binary attribute', () => {
  test.each([
    ['one', { Items: [{ a: { B: 'AAEC' } }] }],
    ['a set', { Items: [{ a: { M: { b: { BS: ['AAEC'] } } } }] }],
  ])('is refused: %s', async (_, body) => {
    const { own } = await sentByBoth('Query', always(awsJson(200, body)));

    expect(own.outcome).toMatchObject({ name: 'INVARIANT_BROKEN' });
  });

  test('is told apart from a member of that name, and from a text that looks like one', async () => {
    const Items = [{ B: { S: '"B":"x", "BS":[' }, BS: { M: { B: { N: '1' } } } }];
    const { own } = await sentByBoth('Query', always(awsJson(200, { Items })));

    expect(own.outcome).toMatchObject({ Items });
  });
});
