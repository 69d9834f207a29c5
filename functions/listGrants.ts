import { createDynamoDBClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { GrantStore, parseRoles } from '../lib/grants/index.ts';
import { listGrantsRoute } from '../lib/http/grants.ts';
import { createLogger } from '../lib/log.ts';
import { Table } from '../lib/table.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import roles from '../infra/roles.json' with { type: 'json' };

const environment = parseEnvironment('listGrants', process.env);

/** `GET /v1/documents/{documentId}/grants` */
export const handler = listGrantsRoute({
  store: new GrantStore(new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock)),
  roles: parseRoles(roles),
  claimNames: claimNamesOf(environment),
  clock: systemClock,
  log: createLogger(environment.LOG_LEVEL),
});
