import { secondsOf, type Clock } from '../../runtime/clock.ts';
import type { Seconds } from '../../runtime/time.ts';
import {
  LEASE_KEY,
  leaseAttributes,
  type Expression,
  type LeaseAttributes,
  type Table,
  unreadableItem,
} from '../../table/index.ts';
import { RotationUnderWayError } from '../errors.ts';

/**
 * The time by which a lease or a pause outlives the deadline of its work. Clocks differ, and Document Engine may still carry out a
 * call that was sent just before the deadline.
 */
export const MARGIN: Seconds = 30;

/** Reads the item of the lease; undefined if nobody has it. @throws UnreadableItemError if it cannot be read */
export async function readLease(table: Table): Promise<LeaseAttributes | undefined> {
  const [item] = await table.batchGet([LEASE_KEY]);
  if (item === undefined) return undefined;
  const attributes = leaseAttributes(item);
  if (attributes === undefined) throw unreadableItem('lease', LEASE_KEY);
  return attributes;
}

/** Finds the secret version of an unfinished emergency rotation. @throws UnreadableItemError if the lease cannot be read */
export async function unfinishedEmergency(table: Table): Promise<string | undefined> {
  const held = await readLease(table);
  return held?.kind === 'emergency' ? held.version : undefined;
}

/**
 * Makes sure that no rotation is in the middle of a step.
 *
 * @throws RotationUnderWayError if one holds the lease, and its time is not over
 */
export async function assertNoneRuns({
  table,
  clock,
}: {
  readonly table: Table;
  readonly clock: Clock;
}): Promise<void> {
  assertNoneHolds(await readLease(table), clock);
}

/** Makes sure that the time of a lease that was read, and of a pause, is over. @throws RotationUnderWayError if it is not */
export function assertNoneHolds(held: LeaseAttributes | undefined, clock: Clock): void {
  const now = secondsOf(clock);
  const until = heldUntil(held, now);
  if (until > now) throw underWay(until - now);
}

/** Gives the moment from which a rotation can take the lease, in Unix seconds; `now` if there is no lease. */
export function heldUntil(held: LeaseAttributes | undefined, now: Seconds): Seconds {
  return Math.max(held?.takenUntil ?? now, held?.pausedUntil ?? now);
}

/** Makes the error of a run that cannot have the lease yet. */
export function underWay(left: Seconds): RotationUnderWayError {
  return new RotationUnderWayError(
    'Another rotation of the signing key is under way, or the hourly check registers keys again. If it has crashed, this one can ' +
      `continue in ${Math.max(1, left)} seconds`,
  );
}

/** Makes the condition that the lease is that of a version. */
export const isOf = (version: string): Expression => ({
  text: 'version = :version',
  values: { ':version': version },
});

/** Makes the condition that rotations have not been paused since the lease was read. A pause that crashed has left its end there. */
export function notPaused(held: LeaseAttributes | undefined): Expression {
  return held?.pausedUntil === undefined
    ? { text: 'attribute_not_exists(pausedUntil)' }
    : { text: 'pausedUntil = :paused', values: { ':paused': held.pausedUntil } };
}

/** Joins conditions. */
export function allOf(...conditions: readonly Expression[]): Expression {
  return {
    text: conditions.map(({ text }) => text).join(' AND '),
    values: Object.assign({}, ...conditions.map(({ values }) => values)) as NonNullable<Expression['values']>,
  };
}
