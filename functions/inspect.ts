import { createDynamoDBClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { inspectRoute } from '../lib/http/inspect.ts';
import { createLogger } from '../lib/log.ts';
import { Table } from '../lib/table.ts';

const environment = parseEnvironment('inspect', process.env);

/** `POST /v1/tokens/inspect` */
export const handler = inspectRoute({
  table: new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock),
  algorithm: environment.JWT_ALGORITHM,
  claimNames: {
    userId: environment.USER_ID_CLAIM,
    groups: environment.GROUPS_CLAIM,
    name: environment.NAME_CLAIM,
  },
  clock: systemClock,
  log: createLogger(environment.LOG_LEVEL),
});
