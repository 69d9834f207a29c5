import { randomUUID } from 'node:crypto';
import { type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secondsOf, type Clock } from '../../../lib/runtime/clock.ts';
import { type Logger } from '../../../lib/runtime/log.ts';
import { type Seconds } from '../../../lib/runtime/time.ts';
import {
  recordUse,
  SigningKeyCache,
  signingKeyFetcher,
  signJwt,
  type Algorithm,
  type SigningKey,
} from '../../../lib/signing-keys/index.ts';
import { type Table } from '../../../lib/table/index.ts';
import { type LiveToken, type LiveTokens } from './live-tokens.ts';

export interface SigningProcessOptions {
  readonly client: SecretsManagerClient;
  readonly secretId: string;
  readonly algorithm: Algorithm;
  readonly table: Table;
  readonly clock: Clock;
  readonly log: Logger;
  readonly documentId: string;
  /** The life of the tokens that it signs. */
  readonly life: Seconds;
  /** Checks the tokens that it signs. */
  readonly tokens: LiveTokens;
}

/** A process that signs, like a warm mint function. */
export class SigningProcess {
  readonly #options: SigningProcessOptions;
  readonly #keys: SigningKeyCache<SigningKey>;
  /** False while Secrets Manager does not answer this process. */
  reachesSecretsManager = true;

  constructor(options: SigningProcessOptions) {
    const { client, secretId, algorithm, table, clock, log, life } = options;
    this.#options = options;
    const fetch = signingKeyFetcher(client, secretId, algorithm, (key) => recordUse(table, key, life));
    this.#keys = new SigningKeyCache(
      () => (this.reachesSecretsManager ? fetch() : Promise.reject(new Error('out of reach'))),
      clock,
      log,
    );
  }

  /** Signs a token, which is checked now and until it expires. */
  async mint(): Promise<LiveToken> {
    const { clock, documentId, life, tokens } = this.#options;
    const key = await this.#keys.current();
    const iat = secondsOf(clock);
    const exp = iat + life;
    const jwt = await signJwt(
      { document_id: documentId, permissions: ['read-document'], iat, exp, jti: randomUUID() },
      key,
    );
    const token = { jwt, exp, kid: key.kid };
    tokens.hold(token);
    return token;
  }
}
