import { createDynamoDBClient } from '../lib/wiring/aws.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { parseEnvironment } from '../lib/wiring/environment.ts';
import { GrantStore, parseRoles } from '../lib/grants/index.ts';
import { revokeTokensHandler } from '../lib/http/routes/revocations/revoke-tokens.ts';
import { createLogger } from '../lib/runtime/log.ts';
import { revocationOf } from '../lib/wiring/revocation.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import roles from '../infra/roles/roles.json' with { type: 'json' };
import { Table } from '../lib/table/index.ts';

const environment = parseEnvironment('revokeTokens', process.env);
const log = createLogger(environment.LOG_LEVEL);
const table = new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock);

/** `POST /v1/revocations` */
export const handler = revokeTokensHandler({
  ...revocationOf(environment, table, log),
  store: new GrantStore(table),
  roles: parseRoles(roles),
  claimNames: claimNamesOf(environment),
});
