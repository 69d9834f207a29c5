import { parseEnvironment } from '../lib/wiring/environment.ts';
import { healthRoute } from '../lib/http/routes/health/get-health.ts';
import { createLogger } from '../lib/runtime/log.ts';

const environment = parseEnvironment('getHealth', process.env);

/** `GET /health` */
export const handler = healthRoute(environment.VERSION, createLogger(environment.LOG_LEVEL));
