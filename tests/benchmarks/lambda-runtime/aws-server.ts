import * as z from 'zod';
import {
  listenOnLoopback,
  textAnswer,
  type HttpAnswer,
  type HttpRequest,
  type LoopbackServer,
} from '../../../tools/local/stand-ins/loopback-server.ts';
import type { AwsInMemory } from '../aws-in-memory.ts';

const Key = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });
const BatchGetItem = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(Key) })) });

/**
 * Serves AWS over HTTP to a separate process, in the SDK's protocol (AWS JSON 1.0 and 1.1). A query finds nothing, as those of an
 * idle sweeper do.
 */
export function serveAws(aws: AwsInMemory): Promise<LoopbackServer> {
  return listenOnLoopback((request) => Promise.resolve(answer(aws, request)));
}

function answer(aws: AwsInMemory, { headers, body }: HttpRequest): HttpAnswer {
  switch (String(headers['x-amz-target'])) {
    case 'secretsmanager.GetSecretValue':
      return json(aws.getSecretValue());
    case 'DynamoDB_20120810.BatchGetItem':
      return json(aws.batchGetItem(BatchGetItem.parse(JSON.parse(body)).RequestItems));
    case 'DynamoDB_20120810.Query':
      aws.countQuery();
      return json({ Items: [], Count: 0, ScannedCount: 0 });
    default:
      return textAnswer(400, 'No measured function is expected to call this operation.');
  }
}

function json(value: unknown): HttpAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(value),
  };
}
