import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type BatchGetItemCommandInput,
  type PutItemCommandInput,
  type QueryCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  listenOnLoopback,
  textAnswer,
  type HttpAnswer,
  type LoopbackServer,
} from '../../../tools/local/stand-ins/loopback-server.ts';
import type { AwsInMemory } from '../aws-in-memory.ts';

/** Makes the command of an operation from the input in a request's body. */
const COMMANDS: Readonly<Record<string, (input: unknown) => object>> = {
  BatchGetItem: (input) => new BatchGetItemCommand(input as BatchGetItemCommandInput),
  PutItem: (input) => new PutItemCommand(input as PutItemCommandInput),
  UpdateItem: (input) => new UpdateItemCommand(input as UpdateItemCommandInput),
  Query: (input) => new QueryCommand(input as QueryCommandInput),
};

/**
 * Serves AWS to another process in the SDK's protocol (AWS JSON 1.0 and 1.1), with writes and queries. The memory of the items is then
 * not that of the measured process.
 */
export function serveWholeAws(aws: AwsInMemory): Promise<LoopbackServer> {
  const dynamoDB = aws.dynamoDB() as { readonly send: (command: object) => Promise<unknown> };
  return listenOnLoopback(async ({ headers, body }): Promise<HttpAnswer> => {
    const [, operation = ''] = String(headers['x-amz-target']).split('.');
    if (operation === 'GetSecretValue') return json(200, aws.getSecretValue());
    const commandOf = COMMANDS[operation];
    if (commandOf === undefined)
      return textAnswer(400, 'No measured function is expected to call this operation.');
    try {
      return json(200, await dynamoDB.send(commandOf(JSON.parse(body))));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return json(400, { __type: `com.amazonaws.dynamodb.v20120810#${error.name}`, message: error.message });
    }
  });
}

function json(status: number, value: unknown): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(value),
  };
}
