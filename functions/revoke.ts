import { createDynamoDBClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { GrantStore, parseRoles } from '../lib/grants/index.ts';
import { revokeRoute } from '../lib/http/revocations.ts';
import { createLogger } from '../lib/log.ts';
import { Table } from '../lib/table.ts';
import { revocationOf } from '../lib/wiring/revocation.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import roles from '../infra/roles.json' with { type: 'json' };

const environment = parseEnvironment('revoke', process.env);
const log = createLogger(environment.LOG_LEVEL);
const table = new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock);

/** `POST /v1/revocations` */
export const handler = revokeRoute({
  ...revocationOf(environment, table, log),
  store: new GrantStore(table),
  roles: parseRoles(roles),
  claimNames: claimNamesOf(environment),
});
