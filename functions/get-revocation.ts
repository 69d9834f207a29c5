import { createDynamoDBClient } from '../lib/wiring/aws.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { parseEnvironment } from '../lib/wiring/environment.ts';
import { GrantStore, parseRoles } from '../lib/grants/index.ts';
import { getRevocationHandler } from '../lib/http/routes/revocations/get-revocation.ts';
import { createLogger } from '../lib/runtime/log.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import roles from '../infra/roles/roles.json' with { type: 'json' };
import { Table } from '../lib/table/index.ts';

const environment = parseEnvironment('getRevocation', process.env);

const table = new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock);

/** `GET /v1/revocations/{id}` */
export const handler = getRevocationHandler({
  table,
  store: new GrantStore(table),
  roles: parseRoles(roles),
  claimNames: claimNamesOf(environment),
  clock: systemClock,
  log: createLogger(environment.LOG_LEVEL),
});
