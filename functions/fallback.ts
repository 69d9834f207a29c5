import { parseEnvironment } from '../lib/wiring/environment.ts';
import { fallbackHandler } from '../lib/http/routes/fallback.ts';
import { createLogger } from '../lib/runtime/log.ts';

const environment = parseEnvironment('fallback', process.env);

/** `$default`: everything that no other route serves. */
export const handler = fallbackHandler(createLogger(environment.LOG_LEVEL));
