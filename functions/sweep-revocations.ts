import { createDynamoDBClient } from '../lib/wiring/aws.ts';
import { systemClock } from '../lib/runtime/clock.ts';
import { parseEnvironment } from '../lib/wiring/environment.ts';
import { createLogger } from '../lib/runtime/log.ts';
import { sweepHandler } from '../lib/revocation/index.ts';
import { revocationOf } from '../lib/wiring/revocation.ts';
import { Table } from '../lib/table/index.ts';

const environment = parseEnvironment('sweepRevocations', process.env);
const log = createLogger(environment.LOG_LEVEL);
const table = new Table(createDynamoDBClient(), environment.TABLE_NAME, systemClock);

/** Runs on a schedule. */
export const handler = sweepHandler(revocationOf(environment, table, log), log);
