import { createDynamoDBClient } from '../lib/wiring/aws.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { parseEnvironment } from '../lib/wiring/environment.ts';
import { getKeysHandler } from '../lib/http/routes/keys/get-keys.ts';
import { createLogger } from '../lib/runtime/log.ts';
import { Table } from '../lib/table/index.ts';

const environment = parseEnvironment('getKeys', process.env);

/** `GET /.well-known/jwks.json` */
export const handler = getKeysHandler({
  table: new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock),
  clock: systemClock,
  log: createLogger(environment.LOG_LEVEL),
});
