import type { Logger } from '../runtime/log.ts';
import type { Milliseconds } from '../runtime/time.ts';
import { beginRun, type RevocationDependencies } from './revocation-run.ts';
import { sweep } from './sweep.ts';

/** The time that is left when the sweep begins no more work, before Lambda ends the process. */
const STOP_BEFORE_TIMEOUT: Milliseconds = 20_000;

/** The part of Lambda's context that a sweep needs. */
interface Remaining {
  getRemainingTimeInMillis(): Milliseconds;
}

/** Makes the handler of the scheduled sweep. It also records the age of the oldest pending work as a metric. */
export function sweepHandler(
  dependencies: RevocationDependencies,
  log: Logger,
): (event: unknown, context: Remaining) => Promise<void> {
  return async (_event, context) => {
    const run = beginRun(dependencies, context.getRemainingTimeInMillis() - STOP_BEFORE_TIMEOUT);
    const { due, oldestAge, complete } = await sweep(run);
    log.gauge('OldestPendingRevocation', oldestAge / 1000, 'Seconds');
    log[due > 0 ? 'info' : 'debug']('swept', {
      due,
      oldestAgeSeconds: Math.round(oldestAge / 1000),
      complete,
    });
  };
}
