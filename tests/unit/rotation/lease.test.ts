import { describe, expect, test } from '@jest/globals';
import { RotationRefusedError, RotationUnderWayError } from '../../../lib/rotation/errors.ts';
import { Lease, unfinishedEmergency } from '../../../lib/rotation/lease.ts';
import { UnreadableItemError } from '../../../lib/runtime/errors.ts';
import { LEASE_KEY, leaseItem } from '../../../lib/table/index.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';

/** A table, and a way to take its lease for a minute. */
function leases() {
  const clock = new ManualClock();
  const table = new MemoryTable();
  const take = (version: string, kind?: 'rotation' | 'emergency'): Promise<Lease> =>
    Lease.take(table, clock, version, 60, kind);
  return { clock, table, take };
}

describe('The lease', () => {
  test('is the right of one rotation until it ends it, or its time is over', async () => {
    const { clock, take } = leases();
    const first = await take('first');
    await expect(take('second')).rejects.toThrow(RotationUnderWayError);
    await expect(take('second')).rejects.toThrow(/can continue in 60 seconds/);
    await first.end();
    await take('second');

    clock.advance(60_000);
    await take('third');

    await expect(take('second')).rejects.toThrow(RotationUnderWayError);
  });

  test('is not taken for a rotation while an emergency is unfinished, not even when the time is over', async () => {
    const { clock, table, take } = leases();
    const emergency = await take('urgent', 'emergency');
    clock.advance(3_600_000);
    for (const version of ['urgent', 'other']) {
      await expect(take(version)).rejects.toThrow(RotationRefusedError);
    }
    expect(await unfinishedEmergency(table)).toBe('urgent');

    await emergency.end();

    expect(await unfinishedEmergency(table)).toBeUndefined();
    await take('other');
  });

  test('of another rotation is not ended by a run whose own time is over', async () => {
    const { clock, table, take } = leases();
    const late = await take('first');
    clock.advance(60_000);
    await take('second');

    await late.end();

    expect(table.stored(LEASE_KEY)).toMatchObject({ version: 'second' });
    await expect(take('third')).rejects.toThrow(RotationUnderWayError);
  });

  test('of another rotation is not renewed by a run whose own time is over', async () => {
    const { clock, table, take } = leases();
    const late = await take('first');
    clock.advance(60_000);
    await take('second');

    await expect(late.renew(60)).rejects.toThrow(RotationUnderWayError);

    expect(table.stored(LEASE_KEY)).toMatchObject({ version: 'second' });
  });

  test('can be renewed for the time that is asked for, counted from then', async () => {
    const { clock, table, take } = leases();
    const lease = await take('first');
    clock.advance(30_000);

    await lease.renew(119.5);

    expect(table.stored(LEASE_KEY)).toMatchObject({ version: 'first', takenUntil: NOON + 30 + 120 });
  });

  test('that lies in the table in a form that cannot be read is named, not overlooked', async () => {
    const { table, take } = leases();
    table.store({ ...leaseItem('first', 'emergency', NOON), foreign: 'nothing' });

    await expect(take('second')).rejects.toThrow(UnreadableItemError);
    await expect(unfinishedEmergency(table)).rejects.toThrow(/a lease item that cannot be read/);
  });
});

describe('The checkpoint', () => {
  test('is found again by a rotation that crashed, and by no other', async () => {
    const { clock, take } = leases();
    await (await take('first')).keep({ foreign: [1, 2], current: 3 });

    expect((await take('first')).checkpoint).toEqual({ foreign: [1, 2], current: 3 });
    clock.advance(60_000);
    expect((await take('second')).checkpoint).toEqual({});
  });

  test('stays as it was first kept, by whichever run of the rotation', async () => {
    const { table, take } = leases();
    const [one, other] = [await take('first'), await take('first')];
    await one.keep({ foreign: [1], current: 2 });
    await one.keep({ foreign: [3], entries: [4] });

    await other.keep({ foreign: [5], current: 6 });

    const kept = { foreign: [1], current: 2, entries: [4] };
    expect(one.checkpoint).toEqual(kept);
    expect(other.checkpoint).toEqual(kept);
    expect(table.stored(LEASE_KEY)).toMatchObject(kept);
  });

  test('of another rotation is not written by a run whose own time is over, which stops', async () => {
    const { clock, table, take } = leases();
    const late = await take('first');
    clock.advance(60_000);
    await take('second');

    await expect(late.keep({ foreign: [1], oldKid: 'old' })).rejects.toThrow(RotationUnderWayError);

    expect(table.stored(LEASE_KEY)).toEqual(leaseItem('second', 'rotation', NOON + 120));
  });

  test('is read once for a run, and written without being read', async () => {
    const { table, take } = leases();
    const lease = await take('first');
    await lease.keep({ foreign: [1] });
    await lease.keep({ foreign: [1] });
    await lease.keep({ entries: [] });

    expect(lease.checkpoint).toEqual({ foreign: [1], entries: [] });
    expect(table.calls.filter((call) => call === 'batchGet')).toHaveLength(1);
  });
});

test('a run whose lease another rotation took over stops before it changes what Document Engine accepts', async () => {
  const world = await RotationWorld.create();
  await world.process().mint();
  const version = world.beginRotation();
  for (const step of ['createSecret', 'setSecret', 'testSecret'] as const) {
    await world.rotation.run(step, version, 60);
  }
  const current = world.entries().find(({ expiresAt }) => expiresAt === undefined);
  world.calls.begin();
  world.calls.meanwhile = () => {
    if (world.calls.made.at(-1) === 'Document Engine: GET /api/secrets/jwt') {
      world.table.store(leaseItem('another', 'rotation', NOON + 3600));
    }
  };

  await expect(world.rotation.run('finishSecret', version, 60)).rejects.toThrow(RotationUnderWayError);

  expect(world.entries()).toContainEqual(current);
  expect(world.labels(version)).toEqual(['AWSPENDING']);
});
