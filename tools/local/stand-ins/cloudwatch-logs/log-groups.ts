import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../../lib/runtime/clock.ts';
import { DAY, HOUR, toMilliseconds, type Milliseconds } from '../../../../lib/runtime/time.ts';
import { CloudWatchLogsError } from './errors.ts';

/** A log line as it is kept. */
export interface LogEvent {
  readonly id: string;
  readonly stream: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: Milliseconds;
  readonly ingestionTime: Milliseconds;
  readonly message: string;
}

/** A line as it is put. */
export interface InputLogEvent {
  readonly timestamp: Milliseconds;
  readonly message: string;
}

/** Gets the lines that were added to a stream, in their order. */
export type OnLines = (group: string, stream: string, events: readonly LogEvent[]) => void;

/** A batch's limits in bytes and events, the longest line, and the 26 bytes that each line counts for besides its text (PutLogEvents). */
const LARGEST_BATCH = 1_048_576;
const MOST_EVENTS = 10_000;
const LONGEST_LINE = 1_048_576;
const BYTES_BESIDE = 26;

/** Lines outside of these are rejected, one by one (PutLogEvents). */
const OLDEST = toMilliseconds(14 * DAY);
const NEWEST = toMilliseconds(2 * HOUR);
const LONGEST_SPAN = toMilliseconds(DAY);

/** The bytes that a group keeps. The local stack runs for days, and its lines lie in memory. AWS keeps them all. */
export const KEPT_BYTES = 16 * 1024 * 1024;

/** The indexes of rejected lines, as PutLogEvents answers them. Absent: none was rejected. */
export interface Rejected {
  readonly tooNewLogEventStartIndex?: number;
  readonly tooOldLogEventEndIndex?: number;
}

/** One log group: its streams, and its last lines. */
class LogGroup {
  readonly streams = new Set<string>();
  readonly creationTime: Milliseconds;
  #events: LogEvent[] = [];
  #bytes = 0;

  constructor(creationTime: Milliseconds) {
    this.creationTime = creationTime;
  }

  get events(): readonly LogEvent[] {
    return this.#events;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(events: readonly LogEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      this.#bytes += sizeOf(event);
    }
    if (this.#bytes > KEPT_BYTES) this.#dropOldest();
  }

  /** Drops a tenth more than necessary, as moving the array costs more than a line. */
  #dropOldest(): void {
    let drop = 0;
    while (this.#bytes > KEPT_BYTES * 0.9) {
      const event = this.#events[drop];
      if (event === undefined) break;
      this.#bytes -= sizeOf(event);
      drop += 1;
    }
    this.#events = this.#events.slice(drop);
  }
}

const sizeOf = ({ message }: InputLogEvent): number => Buffer.byteLength(message) + BYTES_BESIDE;

/** The log groups of an account, in memory. Each keeps its last {@link KEPT_BYTES}. */
export class LogGroups {
  readonly #groups = new Map<string, LogGroup>();
  readonly #clock: Clock;
  readonly #onLines: OnLines;

  constructor(clock: Clock, onLines: OnLines) {
    this.#clock = clock;
    this.#onLines = onLines;
  }

  /** Creates a group. @throws {CloudWatchLogsError} if it exists */
  create(name: string): void {
    if (this.#groups.has(name))
      throw new CloudWatchLogsError(
        'ResourceAlreadyExistsException',
        'The specified log group already exists',
      );
    this.#groups.set(name, new LogGroup(this.#clock.now()));
  }

  /** Creates a stream. @throws {CloudWatchLogsError} if it exists, or its group does not */
  createStream(group: string, stream: string): void {
    const { streams } = this.#find(group);
    if (streams.has(stream))
      throw new CloudWatchLogsError(
        'ResourceAlreadyExistsException',
        'The specified log stream already exists',
      );
    streams.add(stream);
  }

  /** Adds a line of a function as Lambda does: it creates the group and the stream, and cuts a line that is too long. */
  takeLine(group: string, stream: string, line: string): void {
    if (!this.#groups.has(group)) this.create(group);
    const found = this.#find(group);
    found.streams.add(stream);
    const message = Buffer.byteLength(line) <= LONGEST_LINE ? line : line.slice(0, LONGEST_LINE / 4);
    this.#add(found, group, stream, [{ timestamp: this.#clock.now(), message }]);
  }

  /**
   * Adds a batch of lines to a stream.
   *
   * @returns which lines were rejected for their time
   * @throws {CloudWatchLogsError} if there is no such group or stream, or the batch exceeds a limit of AWS; then nothing is added
   */
  put(group: string, stream: string, batch: readonly InputLogEvent[]): Rejected {
    const found = this.#find(group);
    if (!found.streams.has(stream)) throw notFound('stream');
    assertBatch(batch);
    const now = this.#clock.now();
    const tooNew = batch.findIndex(({ timestamp }) => timestamp > now + NEWEST);
    const tooOld = batch.findLastIndex(({ timestamp }) => timestamp < now - OLDEST) + 1;
    const taken = batch.slice(tooOld, tooNew === -1 ? undefined : tooNew);
    const [first, last] = [taken[0], taken.at(-1)];
    if (first !== undefined && last !== undefined && last.timestamp - first.timestamp > LONGEST_SPAN)
      throw invalid(
        'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
      );
    this.#add(found, group, stream, taken);
    return {
      ...(tooNew !== -1 && { tooNewLogEventStartIndex: tooNew }),
      ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
    };
  }

  /** Lists a group's lines in the order in which they arrived. @throws {CloudWatchLogsError} if there is no such group */
  events(group: string): readonly LogEvent[] {
    return this.#find(group).events;
  }

  /** Lists the groups by name, with their sizes in bytes. */
  list(): { readonly name: string; readonly creationTime: Milliseconds; readonly storedBytes: number }[] {
    return Array.from(this.#groups, ([name, { creationTime, bytes: storedBytes }]) => ({
      ...{ name, creationTime, storedBytes },
    })).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  #add(found: LogGroup, group: string, stream: string, lines: readonly InputLogEvent[]): void {
    const ingestionTime = this.#clock.now();
    const events = lines.map(({ timestamp, message }) => ({
      ...{ id: randomUUID(), stream, timestamp, ingestionTime, message },
    }));
    found.add(events);
    if (events.length > 0) this.#onLines(group, stream, events);
  }

  #find(name: string): LogGroup {
    const found = this.#groups.get(name);
    if (found === undefined) throw notFound('group');
    return found;
  }
}

function assertBatch(batch: readonly InputLogEvent[]): void {
  if (batch.length === 0 || batch.length > MOST_EVENTS)
    throw invalid(`A batch has 1 to ${MOST_EVENTS} log events.`);
  const bytes = batch.reduce((sum, event) => sum + sizeOf(event), 0);
  if (bytes > LARGEST_BATCH)
    throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${LARGEST_BATCH}`);
  const unordered = batch.some(({ timestamp }, at) => timestamp < (batch[at - 1]?.timestamp ?? 0));
  if (unordered) throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  if (batch.some(({ message }) => message === '')) throw invalid('A log event must have a message.');
}

const notFound = (kind: 'group' | 'stream'): CloudWatchLogsError =>
  new CloudWatchLogsError('ResourceNotFoundException', `The specified log ${kind} does not exist.`);

const invalid = (message: string): CloudWatchLogsError =>
  new CloudWatchLogsError('InvalidParameterException', message);
