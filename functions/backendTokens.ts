import { createDynamoDBClient, createSecretsManagerClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { backendTokensRoute } from '../lib/http/backend-tokens.ts';
import { createLogger } from '../lib/log.ts';
import { recordUse, SigningKeyCache, signingKeyFetcher } from '../lib/signing-keys/index.ts';
import { Table } from '../lib/table.ts';
import { MAX_BACKEND_TOKEN_SECONDS } from '../lib/tokens/index.ts';
import operations from '../infra/backend-operations.json' with { type: 'json' };

const environment = parseEnvironment('backendTokens', process.env);
const log = createLogger(environment.LOG_LEVEL);
const table = new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock);
const fetchSigningKey = signingKeyFetcher(
  createSecretsManagerClient(),
  environment.SIGNING_KEY_SECRET_ARN,
  environment.JWT_ALGORITHM,
  (key) => recordUse(table, key, MAX_BACKEND_TOKEN_SECONDS),
);
const signingKeys = new SigningKeyCache(fetchSigningKey, systemClock, log);
signingKeys.warm();

/** `POST /v1/backend-tokens` */
export const handler = backendTokensRoute({
  signingKeys,
  documentEngineUrl: environment.DOCUMENT_ENGINE_URL,
  operations,
  mayBeForAny: environment.BACKEND_TOKENS_FOR_ANY === 'on',
  claimNames: {
    userId: environment.USER_ID_CLAIM,
    groups: environment.GROUPS_CLAIM,
    name: environment.NAME_CLAIM,
  },
  clock: systemClock,
  log,
});
