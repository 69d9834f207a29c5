import { Deadline } from '../../runtime/deadline.ts';

/**
 * Looks at the deadline before each attempt. After a thaw, the timer of the SDK's next attempt can be earlier than the
 * one of the deadline, and its signal is not yet aborted then.
 */
export const beforeEachAttempt =
  <Input extends object, Output extends object>(next: (args: Input) => Promise<Output>) =>
  (args: Input): Promise<Output> => {
    Deadline.current()?.check();
    return next(args);
  };

/** The place of {@link beforeEachAttempt} in a client's middleware. */
export const EACH_ATTEMPT = { name: 'deadline', relation: 'after', toMiddleware: 'retryMiddleware' } as const;
