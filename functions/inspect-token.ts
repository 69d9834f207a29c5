import { createDynamoDBClient } from '../lib/wiring/aws.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { parseEnvironment } from '../lib/wiring/environment.ts';
import { parseRoles } from '../lib/grants/index.ts';
import { inspectRoute } from '../lib/http/routes/tokens/inspect-token.ts';
import { createLogger } from '../lib/runtime/log.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';
import roles from '../infra/roles/roles.json' with { type: 'json' };
import { Table } from '../lib/table/index.ts';

const environment = parseEnvironment('inspectToken', process.env);

/** `POST /v1/tokens/inspect` */
export const handler = inspectRoute({
  table: new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock),
  roles: parseRoles(roles),
  algorithm: environment.JWT_ALGORITHM,
  claimNames: claimNamesOf(environment),
  clock: systemClock,
  log: createLogger(environment.LOG_LEVEL),
});
