import { createDynamoDBClient } from '../lib/aws.ts';
import { systemClock } from '../lib/clock.ts';
import { parseEnvironment } from '../lib/environment.ts';
import { createLogger } from '../lib/log.ts';
import { sweepHandler } from '../lib/sweep-event.ts';
import { Table } from '../lib/table.ts';
import { revocationOf } from '../lib/wiring/revocation.ts';

const environment = parseEnvironment('sweep', process.env);
const log = createLogger(environment.LOG_LEVEL);
const table = new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock);

/** Runs on a schedule. */
export const handler = sweepHandler(revocationOf(environment, table, log), log);
