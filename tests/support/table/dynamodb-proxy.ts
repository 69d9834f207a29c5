import {
  type connectionDropped,
  listenOnLoopback,
  type HttpAnswer,
} from '../../../tools/local/stand-ins/loopback-server.ts';

/** A DynamoDB that passes all calls on to another one. A test can meddle with each. */
export interface DynamoDBProxy {
  readonly url: string;
  /** The operations called so far, in order. */
  readonly calls: string[];
  /**
   * Called before an operation is passed on.
   *
   * @param nth - of this operation; the first is 1
   * @returns the answer in place of passing it on, or a change of the answer
   */
  meddle: (operation: string, nth: number, body: string) => Meddling | Promise<Meddling>;
  close(): Promise<void>;
}

/** A test's intervention in a call. */
export type Meddling =
  | undefined
  | { readonly answer: HttpAnswer | typeof connectionDropped }
  | { readonly change: (answer: string) => string };

/** Starts the proxy. @param target - base URL of the DynamoDB behind it */
export async function startDynamoDBProxy(target: string): Promise<DynamoDBProxy> {
  const calls: string[] = [];
  const server = await listenOnLoopback(async ({ headers, body }) => {
    const operation = String(headers['x-amz-target']).replace(/^.*\./, '');
    calls.push(operation);
    const nth = calls.filter((call) => call === operation).length;
    const meddling = await proxy.meddle(operation, nth, body);
    if (meddling && 'answer' in meddling) return meddling.answer;
    const forwarded = [
      'authorization',
      'content-type',
      'x-amz-date',
      'x-amz-security-token',
      'x-amz-target',
    ].filter((name) => headers[name] !== undefined);
    const answer = await fetch(target, {
      method: 'POST',
      headers: forwarded.map((name): [string, string] => [name, String(headers[name])]),
      body,
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: meddling?.change(text) ?? text,
    };
  });
  const proxy: DynamoDBProxy = {
    url: server.url,
    calls,
    meddle: () => undefined,
    close: () => server.close(),
  };
  return proxy;
}
