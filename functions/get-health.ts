import { parseEnvironment } from '../lib/wiring/environment.ts';
import { getHealthHandler } from '../lib/http/routes/health/get-health.ts';
import { createLogger } from '../lib/runtime/log.ts';

const environment = parseEnvironment('getHealth', process.env);

/** `GET /health` */
export const handler = getHealthHandler(environment.VERSION, createLogger(environment.LOG_LEVEL));
