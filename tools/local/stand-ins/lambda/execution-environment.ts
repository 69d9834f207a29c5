import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { FunctionError } from './function-error.ts';
import { type FunctionSource, type Invocation, Message } from './messages.ts';

// Node's fetch parses HTTP in WebAssembly. After many calls, V8 compiles faster wrappers for it. If several threads do so, this
// sometimes ends the whole process ("Check failed: jit_page.has_value()", in the runtime function TierUpWasmToJSWrapper). Each
// execution environment is a thread, so V8 must keep its first wrappers.
setFlagsFromString('--wasm-wrapper-tiering-budget=2000000000');

/** The longest answer of a function, in bytes of JSON, according to Lambda's own error message. */
const MAX_ANSWER_BYTES = 6_291_556;

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: FunctionError) => void;
}

/** One warm process of a function. Simultaneous requests share it. Lambda would start one for each. */
export class ExecutionEnvironment {
  /** Resolves once the handler is imported. Rejects with a {@link FunctionError} if it cannot be. */
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #pending = new Map<string, Pending>();
  #ended = false;

  /**
   * @param environment - the function's whole environment, without any variable of this process
   * @param write - takes each line that the function writes to its standard output or error
   */
  constructor(
    source: FunctionSource,
    environment: Readonly<Record<string, string>>,
    write: (line: string) => void,
  ) {
    this.#worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: source,
      env: environment,
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    forwardLines(this.#worker.stdout, write);
    forwardLines(this.#worker.stderr, write);
    this.ready = new Promise((resolve, reject) => {
      this.#worker.on('message', (data: unknown) => {
        const message = Message.parse(data);
        if (message.kind === 'ready') resolve();
        else this.#settle(message);
      });
      this.#worker.on('error', (error) => {
        const failure = FunctionError.from(error);
        reject(failure);
        this.#fail(failure);
      });
      this.#worker.on('exit', () => {
        const failure = new FunctionError('Runtime.ExitError', 'The execution environment ended');
        reject(failure);
        this.#fail(failure);
      });
    });
    // The next invocation sees the failure. Until then, an unhandled rejection must not end the stack.
    this.ready.catch(() => undefined);
  }

  /** True once it accepts no more invocations. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Calls the handler.
   *
   * @param event - any JSON value
   * @throws {FunctionError} if the handler throws, answers more than Lambda's limit, times out (which ends the environment), or
   * the environment ends
   */
  async invoke(event: unknown, timeoutSeconds: number): Promise<unknown> {
    await this.ready;
    if (this.#ended) throw new FunctionError('Runtime.ExitError', 'The execution environment ended');
    const id = randomUUID();
    const invocation: Invocation = {
      id,
      event: JSON.stringify(event),
      deadline: Date.now() + timeoutSeconds * 1000,
    };
    const timeout = setTimeout(() => {
      this.#fail(
        new FunctionError('Sandbox.Timedout', `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`),
      );
      void this.#worker.terminate();
    }, timeoutSeconds * 1000);
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(id, { resolve, reject });
        this.#worker.postMessage(invocation);
      });
    } finally {
      clearTimeout(timeout);
      this.#pending.delete(id);
    }
  }

  /** Ends it at once. Running invocations fail. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
  }

  #settle(message: Exclude<Message, { kind: 'ready' }>): void {
    const pending = this.#pending.get(message.id);
    if (message.kind === 'error') {
      pending?.reject(new FunctionError(message.errorType, message.errorMessage, message.stack));
    } else if (Buffer.byteLength(message.result) > MAX_ANSWER_BYTES) {
      pending?.reject(
        new FunctionError(
          'Function.ResponseSizeTooLarge',
          `Response payload size exceeded maximum allowed payload size (${MAX_ANSWER_BYTES} bytes).`,
        ),
      );
    } else pending?.resolve(JSON.parse(message.result));
  }

  #fail(failure: FunctionError): void {
    this.#ended = true;
    for (const { reject } of this.#pending.values()) reject(failure);
  }
}

function forwardLines(stream: Readable, write: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', write);
}
