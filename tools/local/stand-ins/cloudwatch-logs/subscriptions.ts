import { gzipSync } from 'node:zlib';
import { ACCOUNT } from '../aws-account.ts';
import { CloudWatchLogsError } from './errors.ts';
import { parseFilterPattern, type MatchesLine } from './filter-pattern.ts';
import type { LogEvent } from './log-groups.ts';

/** A subscription filter whose destination is a function. */
export interface SubscriptionFilter {
  readonly name: string;
  readonly logGroup: string;
  /** As in the user guide's "Filter pattern syntax". */
  readonly pattern: string;
  readonly functionName: string;
}

/** Calls a function with an event. Rejects if it fails. */
export type InvokeDestination = (functionName: string, event: unknown) => Promise<unknown>;

/** Learns of a delivery that has failed for good: the filter, the number of lines, and the event of the function. */
export type DeliveryFailed = (filter: SubscriptionFilter, lines: number, event: unknown) => void;

/** The payload of a delivery, before it is compressed (Lambda developer guide, "Using Lambda with CloudWatch Logs"). */
export interface SubscriptionPayload {
  readonly messageType: 'DATA_MESSAGE';
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  readonly logEvents: readonly Pick<LogEvent, 'id' | 'timestamp' | 'message'>[];
}

/** The filters of one group (CloudWatch Logs quotas, "Subscription filters"). */
const MOST_FILTERS = 2;

/** The tries of an asynchronous invocation: the first, and Lambda's two retries. */
const TRIES = 3;

/** A delivery's bytes before compression, well below Lambda's limit for an asynchronous event, which holds base64 of it. */
const LARGEST_DELIVERY = 512 * 1024;

interface Subscribed extends SubscriptionFilter {
  readonly matches: MatchesLine;
}

/** Passes matching lines on to the destinations of subscription filters, one delivery after the other for each filter. */
export class Subscriptions {
  readonly #filters: Subscribed[] = [];
  readonly #waiting = new Map<Subscribed, Map<string, LogEvent[]>>();
  readonly #running = new Map<Subscribed, Promise<void>>();
  readonly #invoke: InvokeDestination;
  readonly #onFailure: DeliveryFailed;
  #closed = false;

  constructor(invoke: InvokeDestination, onFailure: DeliveryFailed) {
    this.#invoke = invoke;
    this.#onFailure = onFailure;
  }

  /** Adds a filter. @throws {CloudWatchLogsError} if its pattern cannot be read, or its group has too many */
  subscribe(filter: SubscriptionFilter): void {
    const others = this.#filters.filter(({ logGroup }) => logGroup === filter.logGroup).length;
    if (others >= MOST_FILTERS)
      throw new CloudWatchLogsError('LimitExceededException', 'Resource limit exceeded.');
    this.#filters.push({ ...filter, matches: parseFilterPattern(filter.pattern) });
  }

  /** Delivers the lines that match, soon. The lines of one turn of the event loop go together. */
  take(group: string, stream: string, events: readonly LogEvent[]): void {
    if (this.#closed) return;
    for (const filter of this.#filters.filter(({ logGroup }) => logGroup === group)) {
      const matching = events.filter(({ message }) => filter.matches(message));
      if (matching.length === 0) continue;
      const streams = this.#waiting.get(filter) ?? new Map<string, LogEvent[]>();
      this.#waiting.set(filter, streams);
      streams.set(stream, [...(streams.get(stream) ?? []), ...matching]);
      if (!this.#running.has(filter)) this.#running.set(filter, this.#run(filter));
    }
  }

  /** Resolves once every line that has arrived is delivered, or has failed for good. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** Starts no further delivery. */
  close(): void {
    this.#closed = true;
    this.#waiting.clear();
  }

  async #run(filter: Subscribed): Promise<void> {
    await new Promise(setImmediate);
    for (;;) {
      const [stream, events] = this.#waiting.get(filter)?.entries().next().value ?? [];
      if (stream === undefined || events === undefined) break;
      const batch = firstOf(events);
      const rest = events.slice(batch.length);
      if (rest.length === 0) this.#waiting.get(filter)?.delete(stream);
      else this.#waiting.get(filter)?.set(stream, rest);
      await this.#deliver(filter, stream, batch);
    }
    this.#running.delete(filter);
  }

  async #deliver(filter: Subscribed, logStream: string, events: readonly LogEvent[]): Promise<void> {
    const { name, logGroup, functionName } = filter;
    const payload: SubscriptionPayload = {
      messageType: 'DATA_MESSAGE',
      owner: ACCOUNT,
      logGroup,
      logStream,
      subscriptionFilters: [name],
      logEvents: events.map(({ id, timestamp, message }) => ({ id, timestamp, message })),
    };
    const data = gzipSync(JSON.stringify(payload)).toString('base64');
    const event = { awslogs: { data } };
    for (let tried = 0; tried < TRIES && !this.#closed; tried += 1) {
      try {
        await this.#invoke(functionName, event);
        return;
      } catch {
        // The function's own log has the reason. Lambda waits a minute before it tries again, which a developer should not have to.
      }
    }
    if (!this.#closed) this.#onFailure(filter, events.length, event);
  }
}

/** Takes as many lines as fit into one delivery, at least one. */
function firstOf(events: readonly LogEvent[]): LogEvent[] {
  let bytes = 0;
  const end = events.findIndex(({ message }) => (bytes += Buffer.byteLength(message)) > LARGEST_DELIVERY);
  return events.slice(0, end === -1 ? undefined : Math.max(end, 1));
}
