import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { answer, operationOf } from '../../../tools/local/stand-ins/secrets-manager/protocol.ts';
import { Rotations } from '../../../tools/local/stand-ins/secrets-manager/secret-rotation.ts';
import { Secrets } from '../../../tools/local/stand-ins/secrets-manager/secrets.ts';
import { type Secret } from '../../../tools/local/stand-ins/secrets-manager/stored-secret.ts';
import { type Clock } from '../../../lib/runtime/clock.ts';

/** Secrets Manager's stand-in, without a socket. It knows no rotation function. */
export interface SecretsManager {
  /** Makes a client of the AWS SDK that calls it and tries nothing twice. */
  client(): SecretsManagerClient;
  /** Creates a secret, and returns its ARN. */
  createSecret(name: string, secretString: string): string;
  /** Finds a secret by name or ARN, with its versions and labels. Throws if there is none. */
  secret(secretId: string): Secret;
  /** Sets what DescribeSecret says about rotation. Throws if there is no such secret. */
  setRotationEnabled(secretId: string, enabled: boolean): void;
}

/** Makes a Secrets Manager in memory, with the rules of the local stack's. */
export function createSecretsManager({ clock }: { readonly clock: Clock }): SecretsManager {
  const secrets = new Secrets();
  const account = { secrets, clock, rotations: new Rotations(undefined) };
  return {
    client: () => clientOf(account),
    createSecret: (name, content) => {
      const secret = secrets.add(name, undefined, clock.now());
      secret.put(randomUUID(), { kind: 'SecretString', content }, ['AWSCURRENT'], clock.now());
      return secret.arn;
    },
    secret: (secretId) => secrets.find(secretId),
    setRotationEnabled: (secretId, enabled) => {
      secrets.find(secretId).rotationEnabled = enabled;
    },
  };
}

/** A request as the SDK sends it. */
interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

function clientOf(account: Parameters<typeof answer>[2]): SecretsManagerClient {
  return new SecretsManagerClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: {
      handle: async ({ method, path, headers, body }: SentRequest) => {
        const request = {
          method,
          path,
          query: new URLSearchParams(),
          headers: Object.fromEntries(new Headers(headers)),
          body: new TextDecoder().decode(body),
        };
        const operation = operationOf(request);
        if (operation === undefined) throw new TypeError('the request names an operation');
        const answered = await answer(operation, request.body, account);
        return {
          response: {
            statusCode: answered.status,
            headers: { ...answered.headers },
            body: Buffer.from(answered.body),
          },
        };
      },
    },
  });
}
