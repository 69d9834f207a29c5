import * as z from 'zod/mini';
import type { Seconds } from '../runtime/time.ts';
import { LEASE_KEY } from './keys.ts';
import type { Item } from './table.ts';

const ids = z.exactOptional(z.array(z.int()));

const LeaseAttributes = z.object({
  version: z.string(),
  kind: z.enum(['rotation', 'emergency']),
  takenUntil: z.int(),
  // A key check keeps the run from continuing until then, Unix seconds.
  pausedUntil: z.exactOptional(z.int()),
  // The checkpoint.
  foreign: ids,
  current: z.exactOptional(z.int()),
  currentIsOwn: z.exactOptional(z.boolean()),
  entries: ids,
  oldKid: z.exactOptional(z.string()),
  abandoned: z.exactOptional(
    z.array(z.object({ version: z.string(), foreign: z.array(z.int()), current: z.exactOptional(z.int()) })),
  ),
});

/**
 * The attributes of the lease's item: the run that holds it (`version`), its end (`takenUntil`, Unix seconds), and the
 * run's checkpoint.
 */
export type LeaseAttributes = z.output<typeof LeaseAttributes>;

/** Reads the attributes of the lease's item; undefined if they cannot be read. */
export function leaseAttributes(item: Item): LeaseAttributes | undefined {
  return z.safeParse(LeaseAttributes, item).data;
}

/**
 * Makes the item of a lease that has just been taken: its checkpoint has nothing but the abandoned runs.
 *
 * @param abandoned - the runs that had the lease before, and did not end it
 */
export function leaseItem(
  version: string,
  kind: LeaseAttributes['kind'],
  takenUntil: Seconds,
  abandoned: NonNullable<LeaseAttributes['abandoned']> = [],
): Item {
  return { ...LEASE_KEY, version, kind, takenUntil, ...(abandoned.length > 0 && { abandoned }) };
}
