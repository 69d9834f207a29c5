import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A function to start, as Lambda knows it. */
export interface PackagedFunction {
  /** The directory with its unpacked package. */
  readonly directory: string;
  /** Path and export, such as `functions/mint-token.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The result of a cold start. */
export interface ColdStart {
  /** The time from the start of the process to the arrival of the first answer. */
  readonly milliseconds: number;
  /** The answer, as JSON. */
  readonly answer: string;
}

/**
 * Starts a function in a new process and serves it one event. It speaks the Lambda Runtime API (Lambda developer guide,
 * "Using the Lambda runtime API"), so the process runs as it does on Lambda.
 *
 * @param client - the path of AWS's Node runtime client
 * @throws Error with the function's report or output if it does not answer
 */
export async function startCold(
  client: string,
  packaged: PackagedFunction,
  event: unknown,
): Promise<ColdStart> {
  const { promise: answer, resolve, reject } = Promise.withResolvers<string>();
  let asked = false;
  const api = createServer((request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/invocation/next')) {
      // The second question stays open: there is no second event.
      if (asked) return;
      asked = true;
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': 'invocation-1',
        'lambda-runtime-deadline-ms': String(Date.now() + 10_000),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:123456789012:function:measured',
        'lambda-runtime-trace-id': 'Root=1-65b2f1a0-3c1f8e2a4b5c6d7e8f901234;Sampled=0',
      });
      response.end(JSON.stringify(event));
      return;
    }
    response.writeHead(202).end();
    void text(request).then((body) => {
      if (path.endsWith('/response')) resolve(body);
      else reject(new Error(`The function reported an error to ${path}: ${body}`));
    }, reject);
  });
  const port = await listen(api);

  const start = performance.now();
  const child = spawn(process.execPath, [client], {
    cwd: packaged.directory,
    env: {
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
      LAMBDA_TASK_ROOT: packaged.directory,
      _HANDLER: packaged.handler,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'measured',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
      AWS_LAMBDA_LOG_GROUP_NAME: 'measured',
      AWS_LAMBDA_LOG_STREAM_NAME: 'measured',
      AWS_REGION: 'eu-central-1',
      ...packaged.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  const exited = once(child, 'exit');
  void Promise.all([printed, exited]).then(([output]) => {
    reject(new Error(`The function ended before it answered: ${output.join('\n')}`));
  });
  child.once('error', reject);
  try {
    const body = await answer;
    return { milliseconds: performance.now() - start, answer: body };
  } finally {
    child.kill('SIGKILL');
    await exited;
    api.closeAllConnections();
    api.close();
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}
