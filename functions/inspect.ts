import { createDynamoDBClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { inspectRoute } from '../lib/http/inspect.ts';
import { createLogger } from '../lib/log.ts';
import { Table } from '../lib/table.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';

const environment = parseEnvironment('inspect', process.env);

/** `POST /v1/tokens/inspect` */
export const handler = inspectRoute({
  table: new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock),
  algorithm: environment.JWT_ALGORITHM,
  claimNames: claimNamesOf(environment),
  clock: systemClock,
  log: createLogger(environment.LOG_LEVEL),
});
