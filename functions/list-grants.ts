import { createDynamoDBClient } from '../lib/wiring/aws.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { parseEnvironment } from '../lib/wiring/environment.ts';
import { GrantStore, parseRoles } from '../lib/grants/index.ts';
import { listGrantsHandler } from '../lib/http/routes/grants/list-grants.ts';
import { createLogger } from '../lib/runtime/log.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import roles from '../infra/roles/roles.json' with { type: 'json' };
import { Table } from '../lib/table/index.ts';

const environment = parseEnvironment('listGrants', process.env);

/** `GET /v1/documents/{documentId}/grants` */
export const handler = listGrantsHandler({
  store: new GrantStore(new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock)),
  roles: parseRoles(roles),
  claimNames: claimNamesOf(environment),
  clock: systemClock,
  log: createLogger(environment.LOG_LEVEL),
});
