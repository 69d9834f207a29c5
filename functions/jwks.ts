import { createDynamoDBClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { jwksRoute } from '../lib/http/jwks.ts';
import { createLogger } from '../lib/log.ts';
import { Table } from '../lib/table.ts';

const environment = parseEnvironment('jwks', process.env);

/** `GET /.well-known/jwks.json` */
export const handler = jwksRoute({
  table: new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock),
  clock: systemClock,
  log: createLogger(environment.LOG_LEVEL),
});
