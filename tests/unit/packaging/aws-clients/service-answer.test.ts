import { describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import { awsJson, CALLS, KEY, sentByBoth, WRITE } from '../../../support/aws/both-clients.ts';
import { connectionDropped, type HttpAnswer } from '../../../../tools/local/stand-ins/loopback-server.ts';

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
  'a write in another region at the same moment': [
    'UpdateItem',
    awsJson(400, { __type: 'x#ReplicatedWriteConflictException', message: 'Another region' }),
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

describe('a member that is null is absent, as for the SDK, in an answer to', () => {
  test.each([
    ['DescribeSecret', { RotationEnabled: null, VersionIdsToStages: null, CreatedDate: null }],
    ['DescribeSecret', { VersionIdsToStages: { 1: ['AWSCURRENT', null] } }],
    ['GetSecretValue', { SecretString: null, SecretBinary: null, VersionId: 'version-1' }],
    [
      'PutLogEvents',
      { rejectedLogEventsInfo: { tooNewLogEventStartIndex: null, tooOldLogEventEndIndex: 1 } },
    ],
    ['BatchGetItem', { Responses: null, UnprocessedKeys: { layermint: { Keys: null } } }],
    ['Query', { Items: [{ a: { S: 'null' }, b: { L: [{ NULL: true }] } }], LastEvaluatedKey: null }],
  ])('%s', async (operation, body) => {
    const { sdk, own } = await sentByBoth(operation, always(awsJson(200, body)));

    const { $metadata: _, ...members } = own.outcome as Record<string, unknown>;
    const { $metadata: __, ...expected } = structured(sdk.outcome) as Record<string, unknown>;
    expect(members).toStrictEqual(expected);
  });
});

describe('an error that somebody prints does not show the credentials of its request', () => {
  test.each<readonly [string, HttpAnswer | typeof connectionDropped]>([
    ['refused', awsJson(400, { __type: 'x#ValidationException', message: 'No' })],
    [
      'with a member named as that of the SDK',
      awsJson(400, { __type: 'x#Odd', $response: 'x', $metadata: 'x' }),
    ],
    ['not JSON', awsJson(503, '<html>')],
    ['a lost connection', connectionDropped],
  ])('%s', async (_, answer) => {
    const { own } = await sentByBoth(
      'Query',
      () => Promise.resolve(answer),
      async (client, command) => {
        const error = await client.send(command).catch((thrown: unknown) => thrown);
        return { shown: inspect(error, { depth: null }), logged: JSON.stringify(error) };
      },
    );

    expect(own.outcome).toHaveProperty('shown', expect.stringMatching(/Error|Odd|Exception/));
    expect(JSON.stringify(own.outcome)).not.toMatch(/AWS4-HMAC|x-amz-security-token/);
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
