import { createDynamoDBClient } from '../lib/wiring/aws.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { parseEnvironment } from '../lib/wiring/environment.ts';
import { parseRoles } from '../lib/grants/index.ts';
import { mintTokensHandler } from '../lib/http/routes/tokens/mint-tokens.ts';
import { dispatch } from '../lib/http/routes/dispatch.ts';
import { mintTokenHandler, type MintTokenDependencies } from '../lib/http/routes/tokens/mint-token.ts';
import { createLogger } from '../lib/runtime/log.ts';
import { recordUse } from '../lib/signing-keys/index.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import { signingKeysOf } from '../lib/wiring/signing.ts';
import roles from '../infra/roles/roles.json' with { type: 'json' };
import { Table } from '../lib/table/index.ts';

const environment = parseEnvironment('mintToken', process.env);
const log = createLogger(environment.LOG_LEVEL);
const table = new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock);
const signingKeys = signingKeysOf(environment, log, (key) =>
  recordUse(table, key, environment.MAX_TTL_SECONDS),
);

const dependencies: MintTokenDependencies = {
  table,
  signingKeys,
  roles: parseRoles(roles),
  privateLayerPrefix: environment.PRIVATE_LAYER_PREFIX,
  claimNames: claimNamesOf(environment),
  ttl: { default: environment.DEFAULT_TTL_SECONDS, max: environment.MAX_TTL_SECONDS },
  documentEngineUrl: environment.DOCUMENT_ENGINE_URL,
  clock: systemClock,
  log,
};

/** `POST /v1/tokens` and `POST /v1/tokens/batch`, which read and write the same. */
export const handler = dispatch({
  mintToken: mintTokenHandler(dependencies),
  mintTokens: mintTokensHandler(dependencies),
});
