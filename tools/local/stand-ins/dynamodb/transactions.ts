import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';

const Item = z.record(z.string(), z.record(z.string(), z.unknown()));

const Condition = z.object({
  TableName: z.string(),
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: Item.optional(),
});

/** The parts of a transaction that this stand-in knows: writes of whole items, and conditions on items that exist. */
const Transaction = z.object({
  TransactItems: z
    .array(
      z.union([
        z.strictObject({ Put: Condition.extend({ Item }) }),
        z.strictObject({ ConditionCheck: Condition.extend({ Key: Item }) }),
      ]),
    )
    .min(1)
    .max(100),
});

type Part = z.output<typeof Transaction>['TransactItems'][number];

/** An answer of dynalite. */
interface Answer {
  readonly status: number;
  readonly body: string;
}

type Send = (operation: string, body: object) => Promise<Answer>;

/**
 * Adds TransactWriteItems to dynalite, which has no transactions. All other requests wait while one is under way, so that none sees a
 * part of it.
 *
 * @param keyNames - the names of the attributes of the table's key
 */
export function serveTransactions(server: Server, keyNames: readonly string[]): void {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  const underWay = new Set<Promise<void>>();
  let lastTransaction = Promise.resolve();
  server.on('request', (request, response) => {
    if (operationOf(request) !== 'TransactWriteItems') {
      void lastTransaction.then(() => {
        const done = new Promise<void>((resolve) => response.once('close', resolve));
        underWay.add(done);
        void done.then(() => underWay.delete(done));
        for (const listener of listeners) listener(request, response);
      });
      return;
    }
    const send: Send = (operation, body) => sendTo(listeners, request, operation, body);
    lastTransaction = Promise.all([lastTransaction, ...underWay])
      .then(async () => carryOut(await buffer(request), keyNames, send))
      .then(
        ({ status, body }) => {
          response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
        },
        () => {
          response.destroy();
        },
      );
  });
}

const operationOf = ({ headers }: IncomingMessage): string =>
  String(headers['x-amz-target']).replace(/^.*\./, '');

/** Asks dynalite in the name of the sender of a request. */
function sendTo(
  listeners: readonly RequestListener[],
  { method, url, headers }: IncomingMessage,
  operation: string,
  body: object,
): Promise<Answer> {
  return new Promise((resolve) => {
    const request = Object.assign(Readable.from([Buffer.from(JSON.stringify(body))]), {
      method,
      url,
      headers: { ...headers, 'x-amz-target': `DynamoDB_20120810.${operation}` },
    });
    const response = {
      statusCode: 200,
      setHeader: () => undefined,
      end: (text: string) => {
        resolve({ status: response.statusCode, body: text });
      },
    };
    for (const listener of listeners)
      listener(
        request as unknown as IncomingMessage,
        response as unknown as ServerResponse & { req: IncomingMessage },
      );
  });
}

/** Writes the parts one after the other. If one is refused, it brings back the items of those before it. */
async function carryOut(bytes: Buffer, keyNames: readonly string[], send: Send): Promise<Answer> {
  const { success, data, error } = Transaction.safeParse(JSON.parse(bytes.toString()));
  if (!success)
    return refusal('ValidationException', `The stand-in knows no such transaction: ${error.message}`);
  const parts = data.TransactItems;
  const undo: (() => Promise<Answer>)[] = [];
  for (const [index, part] of parts.entries()) {
    const { TableName } = 'Put' in part ? part.Put : part.ConditionCheck;
    const Key = keyOf(part, keyNames);
    const before = z
      .object({ Item: Item.optional() })
      .parse(JSON.parse((await send('GetItem', { TableName, Key, ConsistentRead: true })).body)).Item;
    const answer =
      'Put' in part
        ? await send('PutItem', part.Put)
        : // Without an update it changes nothing. It would create an item, but the condition then fails.
          await send('UpdateItem', part.ConditionCheck);
    if (answer.status !== 200) {
      for (const bringBack of undo.reverse()) await bringBack();
      return answer.body.includes('ConditionalCheckFailedException')
        ? cancelled(parts.map((_, at) => (at === index ? 'ConditionalCheckFailed' : 'None')))
        : answer;
    }
    undo.push(() =>
      before ? send('PutItem', { TableName, Item: before }) : send('DeleteItem', { TableName, Key }),
    );
  }
  return { status: 200, body: '{}' };
}

function keyOf(part: Part, keyNames: readonly string[]): z.output<typeof Item> {
  if ('ConditionCheck' in part) return part.ConditionCheck.Key;
  const { Item: item } = part.Put;
  return Object.fromEntries(Object.entries(item).filter(([name]) => keyNames.includes(name)));
}

/** Amazon DynamoDB API Reference, "TransactWriteItems": one reason for each part, in their order. */
function cancelled(codes: readonly string[]): Answer {
  return refusal(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    { CancellationReasons: codes.map((Code) => ({ Code })) },
  );
}

const refusal = (type: string, message: string, more: object = {}): Answer => ({
  status: 400,
  body: JSON.stringify({
    __type: `com.amazonaws.dynamodb.v20120810#${type}`,
    message,
    Message: message,
    ...more,
  }),
});
