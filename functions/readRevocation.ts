import { createDynamoDBClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { readRevocationRoute } from '../lib/http/revocations.ts';
import { createLogger } from '../lib/log.ts';
import { Table } from '../lib/table.ts';
import { claimNamesOf } from '../lib/wiring/claim-names.ts';

const environment = parseEnvironment('readRevocation', process.env);

/** `GET /v1/revocations/{id}` */
export const handler = readRevocationRoute({
  table: new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock),
  claimNames: claimNamesOf(environment),
  log: createLogger(environment.LOG_LEVEL),
});
