import { createDynamoDBClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { GrantStore, parseRoles } from '../lib/grants/index.ts';
import { readRevocationRoute } from '../lib/http/revocations.ts';
import { createLogger } from '../lib/log.ts';
import { Table } from '../lib/table.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import roles from '../infra/roles.json' with { type: 'json' };

const environment = parseEnvironment('readRevocation', process.env);

const table = new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock);

/** `GET /v1/revocations/{id}` */
export const handler = readRevocationRoute({
  table,
  store: new GrantStore(table),
  roles: parseRoles(roles),
  claimNames: claimNamesOf(environment),
  clock: systemClock,
  log: createLogger(environment.LOG_LEVEL),
});
