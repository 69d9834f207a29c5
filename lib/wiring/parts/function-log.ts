import type * as z from 'zod/mini';
import type { everyFunction } from '../../runtime/environment.ts';
import { createLogger, type Logger } from '../../runtime/log.ts';

type Variables = { readonly [Name in keyof typeof everyFunction]: z.output<(typeof everyFunction)[Name]> };

/** Makes the logger of a function. Its metrics carry the stage, as all stages of an account write to one namespace. */
export function logOf({ LOG_LEVEL, STAGE }: Variables): Logger {
  return createLogger(LOG_LEVEL, undefined, undefined, { Stage: STAGE });
}
