import { parseEnvironment } from '../lib/environment.ts';
import { healthRoute } from '../lib/http/health.ts';
import { createLogger } from '../lib/log.ts';

const environment = parseEnvironment('health', process.env);

/** `GET /health` */
export const handler = healthRoute(environment.VERSION, createLogger(environment.LOG_LEVEL));
