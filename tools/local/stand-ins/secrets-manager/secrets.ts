import { randomBytes } from 'node:crypto';
import type { Milliseconds } from '../../../../lib/runtime/time.ts';
import { ACCOUNT, REGION } from '../aws-account.ts';
import { SecretsManagerError } from './errors.ts';
import { Secret } from './stored-secret.ts';

const arnPrefix = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:`;

/** All secrets of the account, by name. */
export class Secrets {
  readonly #byName = new Map<string, Secret>();

  /**
   * Finds a secret by its name, its ARN, or its ARN without the six random characters.
   *
   * @throws SecretsManagerError if there is none
   */
  find(secretId: string): Secret {
    const byName = this.#byName.get(secretId);
    if (byName !== undefined) return byName;
    const byArn = [...this.#byName.values()].find(
      ({ arn, name }) => arn === secretId || `${arnPrefix}${name}` === secretId,
    );
    if (byArn !== undefined) return byArn;
    throw new SecretsManagerError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    );
  }

  named(name: string): Secret | undefined {
    return this.#byName.get(name);
  }

  /**
   * Adds a secret that has no version yet.
   *
   * @param now - since the Unix epoch
   */
  add(name: string, description: string | undefined, now: Milliseconds): Secret {
    const arn = `${arnPrefix}${name}-${randomBytes(3).toString('hex')}`;
    const secret = new Secret({ name, arn, description, createdAt: now });
    this.#byName.set(name, secret);
    return secret;
  }
}
