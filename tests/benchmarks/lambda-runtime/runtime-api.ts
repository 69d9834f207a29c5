import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A server of the Lambda Runtime API for one process and one event. */
export interface RuntimeApi {
  /** The value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Resolves with the function's answer, as JSON. Rejects with the error that it reports. */
  readonly answer: Promise<string>;
  /** Ends the open connections too. */
  close(): void;
}

/** Observes the two moments that end the parts of a start. */
export interface Moments {
  /** The function has been loaded, and the runtime asks for the first event. */
  initialized(): void;
  /** The first answer has arrived. */
  answered(): void;
}

/**
 * Serves one event (Lambda developer guide, "Using the Lambda runtime API").
 *
 * @param event - it is sent as JSON. Undefined: the question for it stays open
 */
export async function serveRuntimeApi(event: unknown, moments: Moments): Promise<RuntimeApi> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<string>();
  // A function may end before anybody waits for its answer.
  answer.catch(() => undefined);
  const body = event === undefined ? undefined : JSON.stringify(event);
  let asked = false;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/invocation/next')) {
      // The second question stays open: there is no second event.
      if (asked) return;
      asked = true;
      moments.initialized();
      if (body === undefined) return;
      response.writeHead(200, headersOfEvent()).end(body);
      return;
    }
    if (path.endsWith('/response')) moments.answered();
    response.writeHead(202).end();
    void text(request).then((sent) => {
      if (path.endsWith('/response')) resolve(sent);
      else reject(new Error(`The function reported an error to ${path}: ${sent}`));
    }, reject);
  });
  return {
    address: `127.0.0.1:${await listen(server)}`,
    answer,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const headersOfEvent = (): Record<string, string> => ({
  'content-type': 'application/json',
  'lambda-runtime-aws-request-id': 'invocation-1',
  'lambda-runtime-deadline-ms': String(Date.now() + 30_000),
  'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:123456789012:function:measured',
  'lambda-runtime-trace-id': 'Root=1-65b2f1a0-3c1f8e2a4b5c6d7e8f901234;Sampled=0',
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}
