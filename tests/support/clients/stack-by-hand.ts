import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { randomUUID } from 'node:crypto';
import roles from '../../../infra/roles/roles.json' with { type: 'json' };
import { parseEnvironment, type Variables } from '../../../lib/runtime/environment.ts';
import { environment as mintEnvironment, handlerOf as mintHandler } from '../../../lib/wiring/mint-token.ts';
import {
  environment as revokeEnvironment,
  handlerOf as revokeHandler,
} from '../../../lib/wiring/revoke-tokens.ts';
import {
  environment as rotateEnvironment,
  handlerOf as rotateHandler,
} from '../../../lib/wiring/rotate-signing-key.ts';
import {
  environment as sweepEnvironment,
  handlerOf as sweepHandler,
} from '../../../lib/wiring/sweep-revocations.ts';
import { startStack, type Stack } from '../../../tools/local/stack/stack.ts';
import { lambdaContext } from '../http/events.ts';
import { type FakeClock, settle } from './fake-clock.ts';

type Handler = (event: never, context: ReturnType<typeof lambdaContext>) => Promise<unknown>;

const FUNCTIONS: Readonly<Record<string, (variables: Variables) => Handler>> = {
  mintToken: (variables) => mintHandler(parseEnvironment(mintEnvironment, variables), roles),
  revokeTokens: (variables) => revokeHandler(parseEnvironment(revokeEnvironment, variables), roles),
  sweepRevocations: (variables) => sweepHandler(parseEnvironment(sweepEnvironment, variables)),
  rotateSigningKey: (variables) => rotateHandler(parseEnvironment(rotateEnvironment, variables)),
};

/** A local stack whose functions run in this process, by the clock of a test. */
export class StackByHand {
  readonly #clock: FakeClock;
  readonly #handlers = new Map<string, Handler>();
  readonly #environments = new Map<string, Variables>();
  readonly #inFlight = new Set<Promise<unknown>>();
  readonly #machineNow = Date.now;
  readonly #write = process.stdout.write.bind(process.stdout);
  #rotated = (_outcome: Promise<unknown>): void => undefined;
  /** Fails each request of the client, as without a network. */
  cutOff = false;
  /** The paths of the requests that the client has sent, in order. */
  readonly sent: string[] = [];
  #stack: Stack | undefined;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** Starts it. Until it is closed, `Date.now` is the clock's server time, and the clock waits for answers at each timer. */
  static async start(clock: FakeClock): Promise<StackByHand> {
    const stack = new StackByHand(clock);
    Date.now = () => clock.server;
    // The functions write their logs and metrics to standard output, as JSON.
    const write = stack.#write;
    process.stdout.write = (chunk: string | Uint8Array) => String(chunk).startsWith('{"') || write(chunk);
    clock.settle = () => stack.quiet();
    stack.#stack = await startStack({
      port: 0,
      logLevel: 'error',
      write: () => undefined,
      invoke: (name, event, variables) => stack.#invoke(name, event, variables),
    });
    return stack;
  }

  get stack(): Stack {
    if (this.#stack === undefined) throw new Error('the stack has not started');
    return this.#stack;
  }

  async #invoke(name: string, event: unknown, variables: Variables): Promise<unknown> {
    // Each function has a role of its own, whose credentials an AWS client reads at its first request.
    Object.assign(process.env, variables);
    this.#environments.set(name, variables);
    const handler = this.#handlers.get(name) ?? FUNCTIONS[name]?.(variables);
    if (handler === undefined) throw new Error(`the function ${name} is not part of this test`);
    this.#handlers.set(name, handler);
    const result = handler(event as never, lambdaContext());
    if (name === 'rotateSigningKey') {
      const isLast = (event as { readonly Step: string }).Step === 'finishSecret';
      result.then(
        () => {
          if (isLast) this.#rotated(result);
        },
        () => {
          this.#rotated(result);
        },
      );
    }
    return result;
  }

  /** Starts new processes of all functions, with empty caches. */
  restart(): void {
    this.#handlers.clear();
  }

  /** Rotates the signing key, and waits for the last step. */
  async rotate(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#rotated = resolve;
    const SecretId = this.#environments.get('mintToken')?.['SIGNING_KEY_SECRET_ARN'];
    const client = new SecretsManagerClient({
      endpoint: this.stack.secretsManager,
      region: 'us-east-1',
      credentials: this.stack.awsCredentials,
    });
    await client.send(new RotateSecretCommand({ SecretId, ClientRequestToken: randomUUID() }));
    await promise;
    client.destroy();
  }

  /** The client's `fetch`. Its `Date` header is that of the moved clock. */
  readonly fetch: typeof fetch = (input, init) => {
    this.sent.push(new URL(input instanceof Request ? input.url : input).pathname);
    return this.track(this.cutOff ? Promise.reject(new TypeError('fetch failed')) : this.#send(input, init));
  };

  /** Makes the clock wait at each timer for work that this process does outside the client. */
  track<T>(work: Promise<T>): Promise<T> {
    this.#inFlight.add(work);
    const done = (): void => void this.#inFlight.delete(work);
    work.then(done, done);
    return work;
  }

  async #send(...request: Parameters<typeof fetch>): Promise<Response> {
    const response = await fetch(...request);
    const headers = new Headers(response.headers);
    headers.set('date', new Date(this.#clock.server).toUTCString());
    return new Response(await response.text(), { status: response.status, headers });
  }

  /** Waits until every request of the client and all tracked work has its outcome, and the client has read it. */
  async quiet(): Promise<void> {
    await settle();
    while (this.#inFlight.size > 0) {
      await Promise.allSettled(this.#inFlight);
      await settle();
    }
  }

  async close(): Promise<void> {
    await this.#stack?.close();
    Date.now = this.#machineNow;
    process.stdout.write = this.#write;
  }
}
