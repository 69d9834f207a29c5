import type { Clock } from '../runtime/clock.ts';
import { Deadline, type Remaining } from '../runtime/deadline.ts';
import type { Logger } from '../runtime/log.ts';
import type { Milliseconds } from '../runtime/time.ts';
import type { Prober } from './prober.ts';

/** The time before the end of the invocation at which calls are stopped, so that the metrics are still written. */
const SPARE: Milliseconds = 2_000;

/**
 * Makes the handler of the scheduled probes. Each probe that was judged writes its metric, 0 if it held and 1 if it failed. The number of
 * the others is a metric too: an outage must not look like a hole in the protection, nor silence like a held probe.
 */
export function probeHandler(
  prober: Pick<Prober, 'probe'>,
  clock: Clock,
  log: Logger,
): (event: unknown, context: Remaining) => Promise<void> {
  return async (_event, context) => {
    const deadline = Deadline.after(clock, context.getRemainingTimeInMillis() - SPARE);
    const outcomes = await deadline.run(() => prober.probe());
    let notJudged = 0;
    for (const [probe, { outcome, detail }] of outcomes) {
      if (outcome === 'not judged') {
        notJudged += 1;
        log.warn('a probe could not be judged', { probe, reason: detail });
        continue;
      }
      if (outcome === 'failed') log.error('a probe failed', { probe, reason: detail });
      log.gauge(`ProbeFailed-${probe}`, outcome === 'failed' ? 1 : 0);
    }
    log.gauge('ProbesNotRun', notJudged);
  };
}
