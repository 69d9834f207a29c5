import { createDynamoDBClient } from '../lib/wiring/aws.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { parseEnvironment } from '../lib/wiring/environment.ts';
import { mintBackendTokenHandler } from '../lib/http/routes/backend-tokens/mint-backend-token.ts';
import { createLogger } from '../lib/runtime/log.ts';
import { recordUse } from '../lib/signing-keys/index.ts';
import { MAX_BACKEND_TOKEN_SECONDS } from '../lib/tokens/index.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import { signingKeysOf } from '../lib/wiring/signing.ts';
import operations from '../lib/document-engine/backend-operations.json' with { type: 'json' };
import { Table } from '../lib/table/index.ts';

const environment = parseEnvironment('mintBackendToken', process.env);
const log = createLogger(environment.LOG_LEVEL);
const table = new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock);
const signingKeys = signingKeysOf(environment, log, (key) =>
  recordUse(table, key, MAX_BACKEND_TOKEN_SECONDS),
);

/** `POST /v1/backend-tokens` */
export const handler = mintBackendTokenHandler({
  signingKeys,
  documentEngineUrl: environment.DOCUMENT_ENGINE_URL,
  operations,
  mayBeForAny: environment.BACKEND_TOKENS_FOR_ANY === 'on',
  claimNames: claimNamesOf(environment),
  clock: systemClock,
  log,
});
