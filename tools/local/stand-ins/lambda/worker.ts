// One execution environment of a function: the worker thread that imports the handler and answers its invocations.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { ACCOUNT, REGION } from '../aws-account.ts';
import { FunctionSource, Invocation, type Message } from './messages.ts';

const source = FunctionSource.parse(workerData);
const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread only');
const post = (message: Message): void => {
  port.postMessage(message);
};

type Handler = (event: unknown, context: object) => unknown;

const module: unknown = await import(pathToFileURL(source.file).href);
const handler: unknown = Reflect.get(Object(module), source.exportName);
if (!isHandler(handler)) throw new TypeError(`${source.file} exports no function "${source.exportName}"`);

port.on('message', (message: unknown) => {
  const { id, event, deadline } = Invocation.parse(message);
  const context = {
    functionName: source.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${source.functionName}`,
    memoryLimitInMB: String(source.memorySizeMb),
    awsRequestId: id,
    logGroupName: `/aws/lambda/${source.functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  void run(handler, id, JSON.parse(event), context);
});
post({ kind: 'ready' });

/** Posts the result as JSON text. Values that JSON cannot express are lost, as on Lambda. */
async function run(handler: Handler, id: string, event: unknown, context: object): Promise<void> {
  try {
    const result = (await handler(event, context)) ?? null;
    await written();
    post({ kind: 'result', id, result: JSON.stringify(result) });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    await written();
    post({ kind: 'error', id, errorType: name, errorMessage: message, stack: stack ?? '' });
  }
}

/**
 * Resolves once the stack has read everything that the function wrote. Otherwise an environment that ends right after its answer
 * would lose the last lines of its log.
 */
async function written(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) =>
        new Promise<void>((resolve) => {
          stream.write('', () => {
            resolve();
          });
        }),
    ),
  );
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}
