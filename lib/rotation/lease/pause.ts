import { randomUUID } from 'node:crypto';
import { secondsOf, type Clock } from '../../runtime/clock.ts';
import type { Deadline } from '../../runtime/deadline.ts';
import { LEASE_KEY, leaseItem, type Table } from '../../table/index.ts';
import { RotationRefusedError } from '../errors.ts';
import { allOf, assertNoneHolds, isOf, MARGIN, notPaused, readLease, underWay } from './held-lease.ts';

/** Ends a pause. Without it, the pause ends half a minute after the deadline of its work. */
export type EndPause = () => Promise<void>;

/**
 * Keeps every rotation from running while work changes Document Engine's keys beside it. The lease of a rotation that failed and
 * waits for its repetition stays, with its checkpoint: only its next step has to wait.
 *
 * @param deadline - of the work. It makes no call after it
 * @throws RotationUnderWayError if a rotation runs, RotationRefusedError while an emergency rotation is unfinished
 */
export async function pauseRotations(table: Table, clock: Clock, deadline: Deadline): Promise<EndPause> {
  const held = await readLease(table);
  assertNoEmergency(held);
  assertNoneHolds(held, clock);
  const now = secondsOf(clock);
  const until = Math.ceil(deadline.at / 1000) + MARGIN;

  if (held === undefined) {
    // Named like a run, so that a rotation takes it over as it takes over the lease of one that crashed.
    const version = `pause-${randomUUID()}`;
    const taken = await table.put(leaseItem(version, 'rotation', until), {
      text: 'attribute_not_exists(pk)',
    });
    if (!taken) throw underWay(MARGIN);
    return async () => {
      await table.delete(LEASE_KEY, isOf(version));
    };
  }
  const paused = { ':until': until };
  const unchanged = allOf(isOf(held.version), notPaused(held), {
    text: 'takenUntil <= :now',
    values: { ':now': now },
  });
  if (!(await table.update(LEASE_KEY, { text: 'SET pausedUntil = :until', values: paused }, unchanged)))
    throw underWay(MARGIN);
  return async () => {
    const isOwn = allOf(isOf(held.version), { text: 'pausedUntil = :until', values: paused });
    await table.update(LEASE_KEY, { text: 'REMOVE pausedUntil' }, isOwn);
  };
}

/** Makes sure that no emergency is unfinished: its keys are in the middle of a change until it is run again and finishes. */
export function assertNoEmergency(held: Awaited<ReturnType<typeof readLease>>): void {
  if (held?.kind === 'emergency')
    throw new RotationRefusedError('An emergency rotation is unfinished: run it again first');
}
