import type * as z from 'zod/mini';
import type { everyFunction } from '../../runtime/environment.ts';
import { createLogger, type Logger } from '../../runtime/log.ts';
import { shownUserIdOf } from '../../runtime/user-id-in-logs.ts';

type Variables = {
  readonly [Name in Exclude<keyof typeof everyFunction, 'HASH_USER_IDS'>]: z.output<
    (typeof everyFunction)[Name]
  >;
} & { readonly HASH_USER_IDS?: 'on' | 'off' };

/**
 * Makes the logger of a function. Its metrics carry the stage, as all stages of an account write to one namespace. User ids are hashed
 * if the stage wants that.
 */
export function logOf(variables: Variables): Logger {
  const { LOG_LEVEL, STAGE } = variables;
  return createLogger(LOG_LEVEL, undefined, undefined, {
    stage: STAGE,
    shownUserId: shownUserIdOf(variables),
  });
}

/** Lets the log lines of a function without a route name their invocation. Routes do this themselves. */
export function naming<Event, Context, Result>(
  log: Logger,
  handler: (event: Event, context: Context) => Result,
): (event: Event, context?: Context) => Result {
  return (event, context) => {
    log.begin(context ?? {});
    return handler(event, context as Context);
  };
}
