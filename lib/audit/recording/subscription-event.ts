import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import * as z from 'zod/mini';
import { LayermintError } from '../../runtime/errors.ts';

/** A line of a function's log. */
export interface LogLine {
  /** The time at which CloudWatch Logs got the line, in milliseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly message: string;
}

/** The lines that matched a subscription filter. */
export interface SubscribedLines {
  /** The log group that the lines come from. */
  readonly logGroup: string;
  readonly lines: readonly LogLine[];
}

/**
 * The event is not one of a subscription of CloudWatch Logs. The message quotes nothing of it.
 */
export class SubscriptionEventError extends LayermintError {
  override readonly name = 'SubscriptionEventError';
  readonly code = 'SUBSCRIPTION_EVENT_UNREADABLE';

  constructor() {
    super('The event is not one of a subscription filter of CloudWatch Logs');
  }
}

/** An event that is larger than this when unpacked is refused. Lambda takes at most 1 MB of it, which can be 40 times as much here. */
const MAX_BYTES = 64 * 1024 * 1024;

const Event = z.object({ awslogs: z.object({ data: z.string() }) });

/** CloudWatch Logs user guide, "Log group-level subscription filters": the payload, unpacked. */
const Payload = z.discriminatedUnion('messageType', [
  z.object({ messageType: z.literal('CONTROL_MESSAGE') }),
  z.object({
    messageType: z.literal('DATA_MESSAGE'),
    logGroup: z.string(),
    logEvents: z.array(z.object({ timestamp: z.int(), message: z.string() })),
  }),
]);

const unpack = promisify(gunzip);

/**
 * Reads the event of a subscription: gzip in base64.
 *
 * @returns the lines; undefined for a CONTROL_MESSAGE, by which CloudWatch Logs tests that the function can be called
 * @throws SubscriptionEventError
 */
export async function readSubscriptionEvent(event: unknown): Promise<SubscribedLines | undefined> {
  const payload = z.safeParse(Payload, await unpacked(event));
  if (!payload.success) throw new SubscriptionEventError();
  const { data } = payload;
  return data.messageType === 'DATA_MESSAGE' ? { logGroup: data.logGroup, lines: data.logEvents } : undefined;
}

async function unpacked(event: unknown): Promise<unknown> {
  const { data, success } = z.safeParse(Event, event);
  if (!success) return undefined;
  try {
    const bytes = await unpack(Buffer.from(data.awslogs.data, 'base64'), { maxOutputLength: MAX_BYTES });
    return JSON.parse(bytes.toString());
  } catch {
    // Neither error is passed on: that of the JSON parser quotes the log.
    return undefined;
  }
}
