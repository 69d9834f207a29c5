import { Deadline, type Remaining } from '../../runtime/deadline.ts';
import type { Logger } from '../../runtime/log.ts';
import type { Milliseconds } from '../../runtime/time.ts';
import { beginRun, type RevocationDependencies } from '../revocation-run.ts';
import { sweep } from './sweep.ts';

/**
 * The time that is left when the sweep begins no more work, before Lambda ends the process. A page of holders takes a
 * second or two. If Document Engine is slow, one call takes 5 seconds, which is the limit of an attempt.
 */
const STOP_BEFORE_TIMEOUT: Milliseconds = 10_000;

/** The time that is left when calls under way are stopped, so that the metric is still written. */
const END_BEFORE_TIMEOUT: Milliseconds = 2_000;

/**
 * Makes the handler of the scheduled sweep. It also records the age of the oldest pending work as a metric, unless the sweep
 * was over before it knew: missing values alarm, and a false 0 would not.
 */
export function sweepHandler(
  dependencies: RevocationDependencies,
  log: Logger,
): (event: unknown, context: Remaining) => Promise<void> {
  return async (_event, context) => {
    const left = context.getRemainingTimeInMillis();
    const { due, oldestAge, complete } = await Deadline.after(
      dependencies.clock,
      left - END_BEFORE_TIMEOUT,
    ).run(() => sweep(beginRun(dependencies, left - STOP_BEFORE_TIMEOUT)));
    const oldest = oldestAge === undefined ? undefined : oldestAge / 1000;
    const fields = { due, ...(oldest !== undefined && { oldestAgeSeconds: Math.round(oldest) }), complete };
    const metrics = {
      PendingRevocations: due,
      ...(oldest !== undefined && { OldestPendingRevocation: oldest }),
    };
    log[due > 0 ? 'info' : 'debug']('swept', fields, metrics);
  };
}
