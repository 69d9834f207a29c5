import * as z from 'zod';
import {
  jsonAnswer,
  listenOnLoopback,
  textAnswer,
  type LoopbackServer,
} from '../../../tools/local/stand-ins/loopback-server.ts';

const GetItem = z.object({
  Key: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
});

/** A grant of the simple Lambda function. */
interface SimpleGrant {
  readonly documentId: string;
  readonly userId: string;
}

/** Serves the AWS of the simple Lambda function over HTTP: the secret with its key, and a table with one grant. */
export function serveSimpleAws(
  secret: unknown,
  { documentId, userId }: SimpleGrant,
): Promise<LoopbackServer> {
  const permissions = { L: ['read-document', 'write', 'download'].map((S) => ({ S })) };
  return listenOnLoopback(({ headers, body }) => {
    switch (String(headers['x-amz-target'])) {
      case 'secretsmanager.GetSecretValue':
        return Promise.resolve(jsonAnswer(200, { SecretString: JSON.stringify(secret) }));
      case 'DynamoDB_20120810.GetItem': {
        const { Key } = GetItem.parse(JSON.parse(body));
        const isGranted = Key.pk.S === `DOCUMENT#${documentId}` && Key.sk.S === `USER#${userId}`;
        return Promise.resolve(jsonAnswer(200, isGranted ? { Item: { ...Key, permissions } } : {}));
      }
      default:
        return Promise.resolve(textAnswer(400, 'The simple Lambda function is not expected to call this.'));
    }
  });
}
