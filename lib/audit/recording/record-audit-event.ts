import type { Clock } from '../../runtime/clock.ts';
import { Deadline, type Remaining } from '../../runtime/deadline.ts';
import { errorFields } from '../../runtime/errors.ts';
import type { Logger } from '../../runtime/log.ts';
import type { Milliseconds } from '../../runtime/time.ts';
import type { AuditLogGroup } from './audit-log-group.ts';
import { isAuditLine } from './audit-line.ts';
import { readSubscriptionEvent, type SubscribedLines } from './subscription-event.ts';

export interface RecordAuditDependencies {
  readonly group: Pick<AuditLogGroup, 'write'>;
  /** The source of the stage's records. */
  readonly source: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The time that is left when calls under way are stopped, so that the reason is still logged. */
const END_BEFORE_TIMEOUT: Milliseconds = 2_000;

/**
 * Makes the handler that CloudWatch Logs calls with lines of the functions' logs. It writes the records among them to the audit log,
 * with the times of the lines. Any other line is counted, and its content is not logged.
 *
 * If a call fails, Lambda repeats the event twice, and then sends it to the failure queue (Lambda developer guide, "Asynchronous
 * invocation"). A repeated event can write records a second time: readers drop records with an `id` that they have already.
 *
 * @returns the handler. It rejects if a record may be missing
 */
export function recordAuditHandler(
  dependencies: RecordAuditDependencies,
): (event: unknown, context: Remaining) => Promise<void> {
  const { clock, log } = dependencies;
  return async (event, context) => {
    try {
      const left = context.getRemainingTimeInMillis() - END_BEFORE_TIMEOUT;
      await Deadline.after(clock, left).run(async () => {
        const subscribed = await readSubscriptionEvent(event);
        if (subscribed !== undefined) await record(subscribed, dependencies);
      });
    } catch (error) {
      log.error('audit records could not be written now', errorFields(error));
      throw error;
    }
  };
}

async function record(
  { logGroup, lines }: SubscribedLines,
  { group, source, log }: RecordAuditDependencies,
): Promise<void> {
  const trimmed = lines.map(({ timestamp, message }) => ({ timestamp, message: message.trimEnd() }));
  const records = trimmed.filter(({ message }) => isAuditLine(message, source));
  const written = await group.write(records);
  const foreign = lines.length - records.length;
  const rejected = records.length - written;
  if (written > 0) log.gauge('AuditRecordsWritten', written);
  if (foreign + rejected === 0) return;
  log.gauge('AuditRecordsNotWritten', foreign + rejected);
  log.error('lines were not written to the audit log', { logGroup, foreign, rejected });
}
