import { DAY, toMilliseconds, type Milliseconds } from '../../runtime/time.ts';
import type { LogLine } from './subscription-event.ts';

// The limits of one call (CloudWatch Logs API reference, PutLogEvents).
const MAX_BYTES = 1_048_576;
const BYTES_PER_EVENT = 26;
const MAX_EVENTS = 10_000;
const MAX_SPAN: Milliseconds = toMilliseconds(DAY);

/**
 * Sorts lines by their time, and cuts them into batches of which PutLogEvents takes each: at most 1 MB, 10,000 events, and a span of
 * less than 24 hours. Each line must be far shorter than 1 MB.
 */
export function batchesOf(lines: readonly LogLine[]): LogLine[][] {
  const batches: LogLine[][] = [];
  let batch: LogLine[] = [];
  let bytes = 0;
  for (const line of lines.toSorted((one, other) => one.timestamp - other.timestamp)) {
    const size = Buffer.byteLength(line.message) + BYTES_PER_EVENT;
    const began = batch[0]?.timestamp ?? line.timestamp;
    const fits = batch.length < MAX_EVENTS && bytes + size <= MAX_BYTES && line.timestamp - began < MAX_SPAN;
    if (!fits) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(line);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
