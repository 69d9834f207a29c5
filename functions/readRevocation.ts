import { createDynamoDBClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { readRevocationRoute } from '../lib/http/revocations.ts';
import { createLogger } from '../lib/log.ts';
import { Table } from '../lib/table.ts';

const environment = parseEnvironment('readRevocation', process.env);

/** `GET /v1/revocations/{id}` */
export const handler = readRevocationRoute({
  table: new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock),
  claimNames: {
    userId: environment.USER_ID_CLAIM,
    groups: environment.GROUPS_CLAIM,
    name: environment.NAME_CLAIM,
  },
  log: createLogger(environment.LOG_LEVEL),
});
