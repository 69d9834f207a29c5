import { createSecretsManagerClient } from './aws.ts';
import { systemClock } from './clock.ts';
import { ApiToken, DocumentEngineClient } from './document-engine/index.ts';
import { type Logger } from './log.ts';
import { type RevocationDependencies } from './revocation/index.ts';
import {
  SigningKeyCache,
  signingKeyFetcher,
  type Algorithm,
  type SigningKey,
  type SigningKeys,
} from './signing-keys/index.ts';
import { type Table } from './table.ts';

/** The environment of a function that signs. */
interface SigningEnvironment {
  readonly SIGNING_KEY_SECRET_ARN: string;
  readonly JWT_ALGORITHM: Algorithm;
}

/** The environment of a function that revokes. */
interface RevocationEnvironment extends SigningEnvironment {
  readonly DOCUMENT_ENGINE_URL: string;
  readonly DOCUMENT_ENGINE_API_URL: string;
  readonly DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN: string;
}

/** The signing keys of a function, on their way from its start on. @param beforeUse - see `signingKeyFetcher` */
export function signingKeysOf(
  environment: SigningEnvironment,
  log: Logger,
  beforeUse: (key: SigningKey) => Promise<void>,
): SigningKeys {
  const { SIGNING_KEY_SECRET_ARN, JWT_ALGORITHM } = environment;
  const client = createSecretsManagerClient();
  const fetchKey = signingKeyFetcher(client, SIGNING_KEY_SECRET_ARN, JWT_ALGORITHM, beforeUse);
  const keys = new SigningKeyCache(fetchKey, systemClock, log);
  keys.warm();
  return keys;
}

/** What a function that revokes works with. */
export function revocationOf(
  environment: RevocationEnvironment,
  table: Table,
  log: Logger,
): RevocationDependencies {
  const documentEngine = new DocumentEngineClient({
    url: environment.DOCUMENT_ENGINE_API_URL || environment.DOCUMENT_ENGINE_URL,
    apiToken: new ApiToken(
      createSecretsManagerClient(),
      environment.DOCUMENT_ENGINE_API_TOKEN_SECRET_ARN,
      systemClock,
    ),
    clock: systemClock,
  });
  // What revoking signs goes to Document Engine alone and ends what it names: no use of the key that needs recording.
  const signingKeys = signingKeysOf(environment, log, () => Promise.resolve());
  return { table, documentEngine, signingKeys, clock: systemClock, log };
}
