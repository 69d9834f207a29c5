import { randomUUID } from 'node:crypto';
import { systemClock, type Clock } from '../../../../lib/runtime/clock.ts';
import { Faults, type Fault } from '../faults.ts';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';
import type { OperationName } from './operations.ts';
import { answer, errorAnswer, operationOf } from './protocol.ts';
import { Rotations, type InvokeRotation } from './secret-rotation.ts';
import { Secrets } from './secrets.ts';

export type { OperationName } from './operations.ts';
export type { InvokeRotation, RotationEvent } from './secret-rotation.ts';

export interface SecretsManagerOptions {
  /** The port on 127.0.0.1; 0 or absent picks a free one. */
  readonly port?: number;
  /** Dates versions. The machine's clock unless given. */
  readonly clock?: Clock;
  /** The rotation function of every secret; without one RotateSecret is refused. */
  readonly invokeRotation?: InvokeRotation;
}

export interface LocalSecretsManager extends LoopbackServer {
  /** Creates a secret, empty unless a value is given, and returns its ARN. Throws if the name is taken. */
  createSecret(name: string, secretString?: string): string;
  /** Sets what DescribeSecret says about rotation. Throws if there is no such secret. */
  setRotationEnabled(secretId: string, enabled: boolean): void;
  /** Resolves when every rotation that RotateSecret began has ended, well or not. */
  rotationsEnded(): Promise<void>;
  /** Makes an operation misbehave until the returned function is called. */
  inject(operation: OperationName, fault: Fault): () => void;
  /** How many calls of an operation arrived so far, the SDK's own retries included. */
  calls(operation: OperationName): number;
}

/**
 * A small AWS Secrets Manager for local use and tests: the SDK's protocol (AWS JSON 1.1) over HTTP, AWS's rules for
 * versions and staging labels, all in memory and gone when it closes. It verifies no signature and knows no
 * permissions, and it neither logs nor quotes a secret's value.
 *
 * @example
 * const secretsManager = await startSecretsManager();
 * const client = new SecretsManagerClient({ endpoint: secretsManager.url, region: 'eu-central-1', credentials });
 *
 * @throws the operating system's error if the port is taken
 */
export async function startSecretsManager(options: SecretsManagerOptions = {}): Promise<LocalSecretsManager> {
  const { port = 0, clock = systemClock } = options;
  const secrets = new Secrets();
  const rotations = new Rotations(options.invokeRotation);
  const faults = new Faults<OperationName>({
    serverError: errorAnswer(500, 'InternalServiceError', 'An error occurred on the server side.'),
    throttled: errorAnswer(400, 'ThrottlingException', 'Rate exceeded'),
  });

  const server = await listenOnLoopback(async (request) => {
    const operation = operationOf(request);
    return operation === undefined
      ? errorAnswer(400, 'UnknownOperationException', 'X-Amz-Target names no operation of this server.')
      : faults.around(operation, () => answer(operation, request.body, { secrets, clock, rotations }));
  }, port);

  return {
    ...server,
    createSecret: (name, secretString) => {
      if (secrets.named(name) !== undefined) throw new Error(`There is already a secret named ${name}.`);
      const secret = secrets.add(name, undefined, clock.now());
      if (secretString !== undefined)
        secret.put(
          randomUUID(),
          { kind: 'SecretString', content: secretString },
          ['AWSCURRENT'],
          clock.now(),
        );
      return secret.arn;
    },
    setRotationEnabled: (secretId, enabled) => {
      secrets.find(secretId).rotationEnabled = enabled;
    },
    rotationsEnded: () => rotations.ended(),
    inject: (operation, fault) => faults.inject(operation, fault),
    calls: (operation) => faults.calls(operation),
  };
}
