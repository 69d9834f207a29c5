import { randomUUID } from 'node:crypto';
import {
  CreateLogStreamCommand,
  PutLogEventsCommand,
  type CloudWatchLogsClient,
  type RejectedLogEventsInfo,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../runtime/clock.ts';
import { withinDeadline } from '../../runtime/deadline.ts';
import { nameOf } from '../../runtime/errors.ts';
import { batchesOf } from './batches.ts';
import type { LogLine } from './subscription-event.ts';

/**
 * The log group of the audit log. Each process writes to a stream of its own, which it creates with its first record.
 */
export class AuditLogGroup {
  readonly #client: CloudWatchLogsClient;
  readonly #name: string;
  readonly #clock: Clock;
  #stream: Promise<string> | undefined;

  /** @param name - of the log group */
  constructor(client: CloudWatchLogsClient, name: string, clock: Clock) {
    this.#client = client;
    this.#name = name;
    this.#clock = clock;
  }

  /**
   * Writes lines with their own timestamps, in as many calls as PutLogEvents needs.
   *
   * @returns the number of lines that CloudWatch Logs took. It rejects those that are older than 14 days or the group's retention
   * @throws the SDK's error, or DeadlineOverError. Some of the lines can be written then
   */
  async write(lines: readonly LogLine[]): Promise<number> {
    let taken = 0;
    for (const batch of batchesOf(lines)) {
      taken += takenOf(batch.length, await this.#put(batch));
    }
    return taken;
  }

  async #put(batch: readonly LogLine[]): Promise<RejectedLogEventsInfo | undefined> {
    try {
      return await this.#putInto(await this.#streamOfProcess(), batch);
    } catch (error) {
      if (nameOf(error) !== 'ResourceNotFoundException') throw error;
      // Somebody deleted the stream.
      this.#stream = undefined;
      return this.#putInto(await this.#streamOfProcess(), batch);
    }
  }

  async #putInto(
    logStreamName: string,
    batch: readonly LogLine[],
  ): Promise<RejectedLogEventsInfo | undefined> {
    const logEvents = batch.map(({ timestamp, message }) => ({ timestamp, message }));
    const input = { logGroupName: this.#name, logStreamName, logEvents };
    const { rejectedLogEventsInfo } = await withinDeadline((abortSignal) =>
      this.#client.send(new PutLogEventsCommand(input), { ...(abortSignal && { abortSignal }) }),
    );
    return rejectedLogEventsInfo;
  }

  #streamOfProcess(): Promise<string> {
    return (this.#stream ??= this.#createStream().catch((error: unknown) => {
      this.#stream = undefined;
      throw error;
    }));
  }

  async #createStream(): Promise<string> {
    const day = new Date(this.#clock.now()).toISOString().slice(0, 10);
    const logStreamName = `${day}/${randomUUID()}`;
    const input = { logGroupName: this.#name, logStreamName };
    await withinDeadline((abortSignal) =>
      this.#client.send(new CreateLogStreamCommand(input), { ...(abortSignal && { abortSignal }) }),
    );
    return logStreamName;
  }
}

/**
 * Counts the events that CloudWatch Logs took (API reference, RejectedLogEventsInfo). The events are in the order of their times: it
 * rejects a beginning, which is too old, and an end, which is too far in the future.
 */
function takenOf(length: number, rejected: RejectedLogEventsInfo = {}): number {
  const {
    tooOldLogEventEndIndex = 0,
    expiredLogEventEndIndex = 0,
    tooNewLogEventStartIndex = length,
  } = rejected;
  return Math.max(0, tooNewLogEventStartIndex - Math.max(tooOldLogEventEndIndex, expiredLogEventEndIndex));
}
