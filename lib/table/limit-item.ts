import * as z from 'zod/mini';
import type { Milliseconds } from '../runtime/time.ts';
import type { Item } from './table.ts';

// docs/table.md and `UserLimit` explain the attribute.
const LimitAttributes = z.object({ fullAt: z.int() });

/** Reads the moment from which a user's bucket is full; undefined without an item, and if it cannot be read. */
export function fullAtOf(item: Item | undefined): Milliseconds | undefined {
  return z.safeParse(LimitAttributes, item).data?.fullAt;
}
