import { parseEnvironment } from '../lib/environment.ts';
import { fallbackRoute } from '../lib/http/fallback.ts';
import { createLogger } from '../lib/log.ts';

const environment = parseEnvironment('fallback', process.env);

/** `$default`: everything that no other route serves. */
export const handler = fallbackRoute(createLogger(environment.LOG_LEVEL));
