import { buffer } from 'node:stream/consumers';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { Readable } from 'node:stream';
import * as z from 'zod';
import { isAllowed, type AccessRequest, type Statement } from '../iam/index.ts';

/** The rights of a caller on the one table. */
export interface Rights {
  readonly statements: readonly Statement[];
  readonly tableArn: string;
  /** The partition key of the table under `''`, and those of its indexes under their names. */
  readonly partitionKeys: Readonly<Record<string, string>>;
}

const Attributes = z.record(z.string(), z.record(z.string(), z.unknown()));

/** The parts of requests that name partitions. A request of another kind has none of them. */
const Body = z.object({
  IndexName: z.string().default(''),
  Key: Attributes.optional(),
  Item: Attributes.optional(),
  RequestItems: z.record(z.string(), z.object({ Keys: z.array(Attributes) })).default({}),
  KeyConditionExpression: z.string().default(''),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: Attributes.default({}),
});

const textOf = (value: Readonly<Record<string, unknown>> | undefined): string[] =>
  typeof value?.['S'] === 'string' ? [value['S']] : [];

/** Lists the partitions that a key condition names: those that it compares with `=`. */
function partitionsOfQuery(body: z.output<typeof Body>, partitionKey: string): string[] {
  const comparisons = body.KeyConditionExpression.matchAll(/([#\w]+)\s*=\s*(:\w+)/g);
  return Array.from(comparisons).flatMap(([, name = '', value = '']) =>
    (body.ExpressionAttributeNames[name] ?? name) === partitionKey
      ? textOf(body.ExpressionAttributeValues[value])
      : [],
  );
}

/**
 * Describes a request as IAM sees it (service authorization reference, "Actions, resources, and condition keys for Amazon
 * DynamoDB"). `dynamodb:LeadingKeys` are the partitions that it names. In an index, these are partitions of the index.
 */
export function accessRequestOf(
  operation: string,
  text: string,
  { tableArn, partitionKeys }: Omit<Rights, 'statements'>,
): AccessRequest {
  const body = Body.parse(JSON.parse(text));
  const partitionKey = partitionKeys[body.IndexName] ?? '';
  const named = Object.values(body.RequestItems).flatMap(({ Keys }) => Keys);
  const keys = [...named, ...(body.Key ? [body.Key] : []), ...(body.Item ? [body.Item] : [])];
  return {
    action: `dynamodb:${operation}`,
    resource: body.IndexName === '' ? tableArn : `${tableArn}/index/${body.IndexName}`,
    context: {
      'dynamodb:LeadingKeys': [
        ...keys.flatMap((key) => textOf(key[partitionKey])),
        ...partitionsOfQuery(body, partitionKey),
      ],
    },
  };
}

/** Reads the access key id with which a request is signed. */
const callerOf = ({ headers }: IncomingMessage): string =>
  /Credential=([^/,\s]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';

/**
 * Makes a server refuse the requests that a caller has no right to, as DynamoDB does. Its present listeners get the others.
 *
 * @param rightsOf - finds a caller's rights by the access key id; undefined if the caller can do everything
 */
export function refuseWithoutRights(
  server: Server,
  rightsOf: (accessKeyId: string) => Rights | undefined,
): void {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const rights = rightsOf(callerOf(request));
    const pass = (incoming: IncomingMessage): void => {
      for (const listener of listeners) listener(incoming, response);
    };
    if (rights === undefined) {
      pass(request);
      return;
    }
    void buffer(request).then(
      (body) => {
        const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '');
        const asked = accessRequestOf(operation, body.toString(), rights);
        const { method, url, headers } = request;
        if (isAllowed(rights.statements, asked))
          pass(Object.assign(Readable.from([body]), { method, url, headers }) as unknown as IncomingMessage);
        else response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(denial(asked));
      },
      () => response.destroy(),
    );
  });
}

const denial = ({ action, resource, context }: AccessRequest): string =>
  JSON.stringify({
    __type: 'com.amazon.coral.service#AccessDeniedException',
    Message: `The role is not authorized to perform: ${action} on resource: ${resource} (${JSON.stringify(context)})`,
  });
