import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { randomUUID } from 'node:crypto';
import { FUNCTIONS, isFunctionName, type FunctionName } from '../../../../lib/wiring/environments.ts';
import { startStack, type Stack } from '../../../../tools/local/stack/stack.ts';
import { localClient } from '../../../../tools/local/stand-ins/aws-account.ts';
import { PROOF_PATH } from '../../../../tools/local/stand-ins/aws-access.ts';
import type { LoopbackCertificates } from '../tls/certificate-authority.ts';
import { startTlsFront, type TlsFront } from '../tls/tls-front.ts';
import { WAKING_REQUESTS, type WakingRequest } from './waking-requests.ts';

/** The first invocation of a function: its event, and its deployed environment. AWS and Document Engine have addresses with TLS. */
export interface FirstInvocation {
  readonly name: FunctionName;
  readonly event: unknown;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs a function from its start to its answer. */
export type RunCold = (
  invocation: FirstInvocation,
) => Promise<{ readonly answer: string | undefined; readonly output: string }>;

/** The local stack, with the first invocation of each of its functions. */
export interface ColdStack {
  readonly invocations: ReadonlyMap<FunctionName, FirstInvocation>;
  /** Addresses with TLS of Secrets Manager and DynamoDB, which answer a GET with an empty answer. */
  readonly answering: readonly string[];
  close(): Promise<void>;
}

/** The functions whose first invocation is not run: it would be the time of other functions. */
export const NOT_INVOKED: Partial<Readonly<Record<FunctionName, string>>> = {
  probeService:
    'its first invocation calls the API about ten times, and would be the time of other functions',
};

/**
 * Starts the local stack, and wakes each function once: by a request to the API, its schedule, a rotation or the audit log. So each
 * event is one that the stack's API Gateway, Secrets Manager or CloudWatch Logs has built.
 *
 * @param run - runs a woken function
 * @throws Error if a request is not answered as expected
 */
export async function startColdStack(certificates: LoopbackCertificates, run: RunCold): Promise<ColdStack> {
  const events = new FirstEvents(run);
  const stack = await startStack({
    port: 0,
    logLevel: 'error',
    write: () => undefined,
    // The Lambda authorizer then verifies the caller tokens, so that it is woken too.
    issuers: [],
    invoke: (name, event, environment, write) => events.take(name, event, environment, write),
  });
  const fronts = new Map<string, TlsFront>();
  const close = async (): Promise<void> => {
    await Promise.all([...fronts.values()].map((front) => front.close()));
    await stack.close();
  };
  try {
    for (const url of [stack.dynamoDB, stack.secretsManager, stack.logs.url, stack.documentEngine])
      fronts.set(url, await startTlsFront(url, certificates));
    events.fronts = fronts;
    await wakeByRequests(stack);
    await wakeByRotation(stack, events.environmentOf('mintToken')['SIGNING_KEY_SECRET_ARN']);
    const invocations = await events.all();
    const answering = [stack.secretsManager, stack.dynamoDB].map((url) => fronts.get(url)?.url ?? '');
    return { invocations, answering: answering.map((url) => `${url}${PROOF_PATH}`), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Collects the first event of each function. */
class FirstEvents {
  /** By the address without TLS. */
  fronts: ReadonlyMap<string, TlsFront> = new Map();
  readonly #run: RunCold;
  readonly #found = new Map<FunctionName, FirstInvocation>();
  readonly #all = Promise.withResolvers<ReadonlyMap<FunctionName, FirstInvocation>>();

  constructor(run: RunCold) {
    this.#run = run;
  }

  /** Resolves once each function has been woken. */
  all(): Promise<ReadonlyMap<FunctionName, FirstInvocation>> {
    return this.#all.promise;
  }

  environmentOf(name: FunctionName): Readonly<Record<string, string>> {
    return this.#found.get(name)?.environment ?? {};
  }

  async take(
    name: string,
    event: unknown,
    environment: Readonly<Record<string, string>>,
    write: (line: string) => void,
  ): Promise<unknown> {
    if (!isFunctionName(name)) throw new RangeError(`There is no function "${name}"`);
    // After a first round, schedules and the audit log would only disturb the measurement.
    if (this.#found.size === FUNCTIONS.length) return null;
    const invocation = { name, event, environment: this.#overTls(environment) };
    const isFirst = !this.#found.has(name);
    if (isFirst) this.#found.set(name, invocation);
    if (this.#found.size === FUNCTIONS.length) this.#all.resolve(this.#found);
    if (NOT_INVOKED[name] !== undefined) return null;
    // A rotation stops after its first step. The step can be repeated as long as the next ones are open.
    if (name === 'rotateSigningKey' && !isFirst) throw new Error('The rotation stops here');
    const { answer, output } = await this.#run(invocation);
    for (const line of output.split('\n')) if (line !== '') write(line);
    return JSON.parse(answer ?? 'null');
  }

  #overTls(environment: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, this.fronts.get(value)?.url ?? value]),
    );
  }
}

/** Sends the requests that wake the functions of the API. */
async function wakeByRequests(stack: Stack): Promise<void> {
  const answers: Record<string, unknown> = {};
  for (const [name, request] of Object.entries(WAKING_REQUESTS))
    answers[name] = await send(stack, name, withAnswers(request, answers));
}

/** Puts members of earlier answers in the place of their names in braces. */
function withAnswers(request: WakingRequest, answers: Readonly<Record<string, unknown>>): WakingRequest {
  const filled = JSON.stringify(request).replace(/\{(\w+)\.(\w+)\}/g, (_, name: string, member: string) => {
    const answer = answers[name];
    const value = answer instanceof Object ? Object.entries(answer).find(([it]) => it === member) : undefined;
    return String(value?.[1]);
  });
  return JSON.parse(filled) as WakingRequest;
}

async function send(stack: Stack, name: string, request: WakingRequest): Promise<unknown> {
  const { method, path, caller, body, status } = request;
  const token = caller === undefined ? undefined : stack.callers[caller]?.token;
  const response = await fetch(`${stack.api}${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status !== status)
    throw new Error(`The function ${name} answered ${response.status}, not ${status}: ${text}`);
  return response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : undefined;
}

async function wakeByRotation(
  { secretsManager, awsCredentials }: Stack,
  secret: string | undefined,
): Promise<void> {
  const client = new SecretsManagerClient(localClient(secretsManager, awsCredentials));
  try {
    await client.send(new RotateSecretCommand({ SecretId: secret, ClientRequestToken: randomUUID() }));
  } finally {
    client.destroy();
  }
}
