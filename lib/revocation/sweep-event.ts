import { type Logger } from '../runtime/log.ts';
import { sweep, type RevocationDependencies } from './index.ts';

/** How long before Lambda ends the process the sweep stops taking on more, in milliseconds. */
const STOP_BEFORE_TIMEOUT = 20_000;

/** What of Lambda's context a sweep goes by. */
interface Remaining {
  getRemainingTimeInMillis(): number;
}

/** A scheduled function: does what revoking left to do, and measures what waits. */
export function sweepHandler(
  dependencies: RevocationDependencies,
  log: Logger,
): (event: unknown, context: Remaining) => Promise<void> {
  return async (_event, context) => {
    const deadline = dependencies.clock.now() + context.getRemainingTimeInMillis() - STOP_BEFORE_TIMEOUT;
    const { due, oldestAge, complete } = await sweep(deadline, dependencies);
    log.gauge('OldestPendingRevocation', oldestAge / 1000, 'Seconds');
    log[due > 0 ? 'info' : 'debug']('swept', {
      due,
      oldestAgeSeconds: Math.round(oldestAge / 1000),
      complete,
    });
  };
}
