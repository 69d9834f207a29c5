import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { systemClock, type Clock } from '../../../../lib/runtime/clock.ts';
import { LOCAL_CREDENTIALS, REGION } from '../aws-account.ts';
import { Faults, type Fault } from '../faults.ts';
import { answerSafely, connectionDropped, type HttpHandler } from '../loopback-server.ts';
import { answer, errorAnswer, operationOf } from './protocol.ts';
import type { OperationName } from './secret-operations.ts';
import { Rotations, type InvokeRotation } from './secret-rotation.ts';
import { Secrets } from './secrets.ts';
import type { Secret } from './stored-secret.ts';

export interface SecretsManagerOptions {
  /** The clock for the dates of versions. The machine's clock unless given. */
  readonly clock?: Clock;
  /** The rotation function of every secret. Without one, RotateSecret is refused. */
  readonly invokeRotation?: InvokeRotation;
}

/** Secrets Manager in memory, without a socket. */
export interface SecretsManager {
  /** Answers a request of the SDK's protocol. */
  readonly answer: HttpHandler;
  /** Makes a client of the AWS SDK that calls it without a socket and without retries. */
  client(): SecretsManagerClient;
  /** Creates a secret, empty unless a value is given, and returns its ARN. Throws if the name is taken. */
  createSecret(name: string, secretString?: string): string;
  /** Finds a secret by name or ARN, with its versions and labels. Throws if there is none. */
  secret(secretId: string): Secret;
  /** Sets the `RotationEnabled` of DescribeSecret. Throws if there is no such secret. */
  setRotationEnabled(secretId: string, enabled: boolean): void;
  /** Resolves once every rotation that RotateSecret started has succeeded or failed. */
  rotationsEnded(): Promise<void>;
  /** Makes an operation misbehave until the returned function is called. */
  inject(operation: OperationName, fault: Fault): () => void;
  /** Counts the calls of an operation that arrived so far, the SDK's own retries included. */
  calls(operation: OperationName): number;
}

/**
 * A small AWS Secrets Manager for local use and tests: the SDK's protocol (AWS JSON 1.1), AWS's rules for versions and
 * staging labels, all in memory. It verifies no signature and knows no permissions, and it neither logs nor quotes a
 * secret's value.
 *
 * @example
 * const secretsManager = createSecretsManager();
 * const signingKey = new SigningKeySecret(secretsManager.client(), secretsManager.createSecret('signing-key'));
 */
export function createSecretsManager(options: SecretsManagerOptions = {}): SecretsManager {
  const { clock = systemClock } = options;
  const secrets = new Secrets();
  const rotations = new Rotations(options.invokeRotation);
  const faults = new Faults<OperationName>({
    serverError: errorAnswer(500, 'InternalServiceError', 'An error occurred on the server side.'),
    throttled: errorAnswer(400, 'ThrottlingException', 'Rate exceeded'),
  });
  const handle: HttpHandler = async (request) => {
    const operation = operationOf(request);
    return operation === undefined
      ? errorAnswer(400, 'UnknownOperationException', 'X-Amz-Target names no operation of this server.')
      : faults.around(operation, () => answer(operation, request.body, { secrets, clock, rotations }));
  };
  return {
    answer: handle,
    client: () => inMemoryClient(handle),
    createSecret: (name, secretString) => {
      if (secrets.named(name) !== undefined) throw new Error(`There is already a secret named ${name}.`);
      const now = clock.now();
      const secret = secrets.add(name, undefined, now);
      if (secretString !== undefined)
        secret.put(randomUUID(), { kind: 'SecretString', content: secretString }, ['AWSCURRENT'], now);
      return secret.arn;
    },
    secret: (secretId) => secrets.find(secretId),
    setRotationEnabled: (secretId, enabled) => {
      secrets.find(secretId).rotationEnabled = enabled;
    },
    rotationsEnded: () => rotations.ended(),
    inject: (operation, fault) => faults.inject(operation, fault),
    calls: (operation) => faults.calls(operation),
  };
}

/** A request as the SDK passes it to its request handler. */
interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

function inMemoryClient(handle: HttpHandler): SecretsManagerClient {
  return new SecretsManagerClient({
    region: REGION,
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ method, path, headers, body = '' }: SentRequest) => {
        const answered = await answerSafely(handle, {
          method,
          path,
          query: new URLSearchParams(),
          headers: Object.fromEntries(new Headers(headers)),
          body: typeof body === 'string' ? body : new TextDecoder().decode(body),
        });
        if (answered === connectionDropped)
          throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
        const { status, ...answer } = answered;
        return {
          response: { statusCode: status, headers: { ...answer.headers }, body: Buffer.from(answer.body) },
        };
      },
    },
  });
}
