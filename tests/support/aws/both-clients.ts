import { jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import * as sdkLogs from '@aws-sdk/client-cloudwatch-logs';
import * as sdkDynamoDB from '@aws-sdk/client-dynamodb';
import * as sdkSecrets from '@aws-sdk/client-secrets-manager';
import * as ownLogs from '../../../infra/packaging/aws-clients/client-cloudwatch-logs.ts';
import * as ownDynamoDB from '../../../infra/packaging/aws-clients/client-dynamodb.ts';
import * as ownSecrets from '../../../infra/packaging/aws-clients/client-secrets-manager.ts';
import type { Command } from '../../../infra/packaging/aws-clients/service-client.ts';
import { beforeEachAttempt, EACH_ATTEMPT } from '../../../lib/runtime/deadline.ts';
import { nameOf } from '../../../lib/runtime/errors.ts';
import {
  listenOnLoopback,
  type connectionDropped,
  type HttpAnswer,
  type HttpRequest,
} from '../../../tools/local/stand-ins/loopback-server.ts';

/** The part of both clients that our code uses. */
export interface Client {
  send(command: object, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
}

/** One client's call: its answer or the visible part of its error, and the requests that the server got. */
export interface Sent {
  readonly outcome: unknown;
  readonly requests: readonly HttpRequest[];
}

/** Makes an answer in AWS JSON. @param body - a text is sent as it is */
export function awsJson(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'request-1', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** Settings of a client, without a limit of time. */
export const SETTINGS = {
  maxAttempts: 2,
  requestHandler: { requestTimeout: 0, throwOnRequestTimeout: true },
};

/** A service by its two clients, the SDK's first, and the commands of our functions with all members that they give. */
const SERVICES = {
  dynamodb: [sdkDynamoDB.DynamoDBClient, ownDynamoDB.DynamoDBClient],
  secretsmanager: [sdkSecrets.SecretsManagerClient, ownSecrets.SecretsManagerClient],
  logs: [sdkLogs.CloudWatchLogsClient, ownLogs.CloudWatchLogsClient],
} as const;

type ServiceName = keyof typeof SERVICES;

/** A key of the table. */
export const KEY = { pk: { S: 'DOC#1' }, sk: { S: 'HOLDER#Zoë "Z" \u2028' } };
/** The members that writes have in common, with every kind of value. */
export const WRITE = {
  TableName: 'layermint',
  ConditionExpression: '#epoch = :epoch',
  ExpressionAttributeNames: { '#epoch': 'epoch' },
  ExpressionAttributeValues: {
    ':epoch': { N: '12345678901234567890' },
    ':set': { SS: ['a', 'b'] },
    ':map': { M: { B: { NULL: true }, list: { L: [{ BOOL: false }, { S: '' }] } } },
  },
};

/** The commands of our functions with all members that they give: the service, the SDK's command, and the bundle's. */
export const CALLS: Readonly<Record<string, readonly [ServiceName, object, object]>> = {
  BatchGetItem: both('dynamodb', sdkDynamoDB.BatchGetItemCommand, ownDynamoDB.BatchGetItemCommand, {
    RequestItems: { layermint: { Keys: [KEY], ConsistentRead: true } },
  }),
  DeleteItem: both('dynamodb', sdkDynamoDB.DeleteItemCommand, ownDynamoDB.DeleteItemCommand, {
    ...WRITE,
    Key: KEY,
  }),
  PutItem: both('dynamodb', sdkDynamoDB.PutItemCommand, ownDynamoDB.PutItemCommand, { ...WRITE, Item: KEY }),
  Query: both('dynamodb', sdkDynamoDB.QueryCommand, ownDynamoDB.QueryCommand, {
    TableName: 'layermint',
    IndexName: 'by-user',
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'DOC#1' } },
    Limit: 50,
    ExclusiveStartKey: KEY,
  }),
  UpdateItem: both('dynamodb', sdkDynamoDB.UpdateItemCommand, ownDynamoDB.UpdateItemCommand, {
    ...WRITE,
    Key: KEY,
    UpdateExpression: 'SET epoch = :epoch',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  }),
  DescribeSecret: both('secretsmanager', sdkSecrets.DescribeSecretCommand, ownSecrets.DescribeSecretCommand, {
    SecretId: 'arn',
  }),
  GetSecretValue: both('secretsmanager', sdkSecrets.GetSecretValueCommand, ownSecrets.GetSecretValueCommand, {
    SecretId: 'arn',
    VersionId: 'version-1',
  }),
  PutSecretValue: both('secretsmanager', sdkSecrets.PutSecretValueCommand, ownSecrets.PutSecretValueCommand, {
    SecretId: 'arn',
    ClientRequestToken: 'version-1',
    SecretString: '{"a": "ü"}',
    VersionStages: ['AWSPENDING'],
  }),
  UpdateSecretVersionStage: both(
    'secretsmanager',
    sdkSecrets.UpdateSecretVersionStageCommand,
    ownSecrets.UpdateSecretVersionStageCommand,
    { SecretId: 'arn', VersionStage: 'AWSCURRENT', MoveToVersionId: '2', RemoveFromVersionId: '1' },
  ),
  CreateLogStream: both('logs', sdkLogs.CreateLogStreamCommand, ownLogs.CreateLogStreamCommand, {
    logGroupName: 'audit',
    logStreamName: '2026-11-27/1',
  }),
  PutLogEvents: both('logs', sdkLogs.PutLogEventsCommand, ownLogs.PutLogEventsCommand, {
    logGroupName: 'audit',
    logStreamName: '2026-11-27/1',
    logEvents: [{ timestamp: 1_795_000_000_123, message: '{"a": 1}' }],
  }),
};

function both<Input extends object>(
  service: ServiceName,
  Sdk: new (input: Input) => object,
  Own: new (input: Input) => Command<object>,
  input: Input,
): readonly [ServiceName, object, object] {
  return [service, new Sdk(input), new Own(input)];
}

/** Sets the environment of a function, with its endpoint here. */
export function setEnvironment(url: string): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'session',
    AWS_LAMBDA_FUNCTION_NAME: 'mint-token',
    _X_AMZN_TRACE_ID: 'Root=1-65b2f1a0-3c1f8e2a4b5c6d7e8f901234;Sampled=1',
  });
}

/**
 * Sends a command by both clients to a server of its own, the SDK's first.
 *
 * @param answer - answers the requests of a client, which are counted from 1
 * @param send - sends it, unless plainly
 */
export async function sentByBoth(
  operation: string,
  answer: (count: number, request: HttpRequest) => Promise<HttpAnswer | typeof connectionDropped>,
  send: (client: Client, command: object) => Promise<unknown> = (client, command) => client.send(command),
): Promise<{ readonly sdk: Sent; readonly own: Sent }> {
  const call = CALLS[operation];
  if (call === undefined) throw new Error(`No function calls ${operation}`);
  const [service, sdkCommand, ownCommand] = call;
  const [Sdk, Own] = SERVICES[service];
  // The SDK draws the pause before another attempt by lot, from zero on.
  const lot = jest.spyOn(Math, 'random').mockReturnValue(0);
  const before = { ...process.env };
  let requests: HttpRequest[] = [];
  const server = await listenOnLoopback((request) => {
    requests.push(request);
    return answer(requests.length, request);
  });
  const sent = async (client: Client & Stacked, command: object, classes: Classes): Promise<Sent> => {
    requests = [];
    client.middlewareStack.addRelativeTo(beforeEachAttempt, EACH_ATTEMPT);
    const outcome = await send(client, command).catch((error: unknown) => shownError(error, classes));
    return { outcome, requests };
  };
  try {
    setEnvironment(server.url);
    return {
      sdk: await sent(new Sdk(SETTINGS), sdkCommand, classesOf(sdkDynamoDB, sdkSecrets)),
      own: await sent(new Own(SETTINGS), ownCommand, classesOf(ownDynamoDB, ownSecrets)),
    };
  } finally {
    process.env = before;
    lot.mockRestore();
    await server.close();
  }
}

interface Stacked {
  readonly middlewareStack: { addRelativeTo(middleware: unknown, place: unknown): void };
}

/** The classes of errors that our code tells apart. */
function classesOf(
  dynamoDB: typeof sdkDynamoDB | typeof ownDynamoDB,
  secrets: typeof sdkSecrets | typeof ownSecrets,
): Classes {
  return [
    dynamoDB.ConditionalCheckFailedException,
    secrets.InvalidParameterException,
    secrets.ResourceExistsException,
    secrets.ResourceNotFoundException,
  ];
}

/** The part of an error that our code, the log or a person sees. @param classes - of the client */
function shownError(error: unknown, classes: Classes): object {
  const { message, ...members } = error as Error;
  return {
    // The SDK adds a line on itself to an error of parsing.
    ...{ ...members, name: nameOf(error), message: message.split('\n')[0] },
    classes: classes.filter((Class) => error instanceof Class).map(({ name }) => name),
  };
}

type Classes = readonly (new (options: never) => Error)[];

/** The headers that differ from client to client, or from call to call. */
const DIFFERING = [
  'user-agent',
  'x-amz-user-agent',
  'amz-sdk-invocation-id',
  'x-amz-date',
  'authorization',
  'host',
  'x-amz-content-sha256',
];

/** The part of a request that both clients must send alike. The SDK alone sends its user agent twice, and signs one. */
export function shownRequest({ method, path, headers, body }: HttpRequest): object {
  const { authorization = '' } = headers;
  return {
    ...{ method, path, body: JSON.parse(body) as unknown },
    scope: /Credential=[^,]+/.exec(authorization)?.[0],
    // The members of the JSON may stand in another order.
    hashed: headers['x-amz-content-sha256'] === createHash('sha256').update(body).digest('hex'),
    signed: /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.replace(';x-amz-user-agent', ''),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !DIFFERING.includes(name))),
  };
}
