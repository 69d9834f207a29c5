import { describe, expect, test } from '@jest/globals';
import { RotationRefusedError, RotationUnderWayError } from '../../../lib/rotation/errors.ts';
import { unfinishedEmergency } from '../../../lib/rotation/lease/held-lease.ts';
import { Lease } from '../../../lib/rotation/lease/lease.ts';
import { Deadline } from '../../../lib/runtime/deadline.ts';
import { UnreadableItemError } from '../../../lib/runtime/errors.ts';
import { LEASE_KEY, leaseItem } from '../../../lib/table/index.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';

/** The lease of a run of a minute: it ends half a minute after the deadline. */
const LEASE = 90_000;

/** A table with its clock. `take` takes its lease for a run of a minute. */
function leases() {
  const clock = new ManualClock();
  const table = new MemoryTable();
  const take = (version: string, kind?: 'rotation' | 'emergency'): Promise<Lease> =>
    Lease.take(table, clock, version, Deadline.after(clock, 60_000), kind);
  return { clock, table, take };
}

describe('The lease', () => {
  test('belongs to one rotation until it is ended or has run out', async () => {
    const { clock, take } = leases();
    const first = await take('first');
    await expect(take('second')).rejects.toThrow(RotationUnderWayError);
    await expect(take('second')).rejects.toThrow(/can continue in 90 seconds/);
    await first.end();
    await take('second');

    clock.advance(LEASE);
    await take('third');

    await expect(take('second')).rejects.toThrow(RotationUnderWayError);
  });

  test('is refused to every rotation while an emergency is unfinished, even after it has run out', async () => {
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

  test('of another rotation is not ended by a late run', async () => {
    const { clock, table, take } = leases();
    const late = await take('first');
    clock.advance(LEASE);
    await take('second');

    await late.end();

    expect(table.stored(LEASE_KEY)).toMatchObject({ version: 'second' });
    await expect(take('third')).rejects.toThrow(RotationUnderWayError);
  });

  test('of another rotation is not renewed by a late run', async () => {
    const { clock, table, take } = leases();
    const late = await take('first');
    clock.advance(LEASE);
    await take('second');

    await expect(late.renew()).rejects.toThrow(RotationUnderWayError);

    expect(table.stored(LEASE_KEY)).toMatchObject({ version: 'second' });
  });

  test('is renewed until half a minute after the deadline of the work', async () => {
    const { clock, table, take } = leases();
    const lease = await take('first');
    clock.advance(30_000);

    await lease.renew(Deadline.after(clock, 119_500));

    expect(table.stored(LEASE_KEY)).toMatchObject({ version: 'first', takenUntil: NOON + 30 + 120 + 30 });
  });

  test('is not shortened by another run of the same rotation, whose deadline is earlier', async () => {
    const { clock, table, take } = leases();
    await Lease.take(table, clock, 'first', Deadline.after(clock, 120_000));

    const other = await take('first');
    await other.renew();

    expect(table.stored(LEASE_KEY)).toMatchObject({ version: 'first', takenUntil: NOON + 120 + 30 });
  });

  test('that another run of the same rotation has ended is not renewed', async () => {
    const { table, take } = leases();
    const [one, other] = [await take('first'), await take('first')];
    await one.end();

    await expect(other.renew()).rejects.toThrow(RotationUnderWayError);

    expect(table.stored(LEASE_KEY)).toBeUndefined();
  });

  test('with an unreadable item is an error, and is not taken', async () => {
    const { table, take } = leases();
    table.store({ ...leaseItem('first', 'emergency', NOON), foreign: 'nothing' });

    await expect(take('second')).rejects.toThrow(UnreadableItemError);
    await expect(unfinishedEmergency(table)).rejects.toThrow(/a lease item that cannot be read/);
  });
});

describe('The checkpoint', () => {
  test('is found again by the rotation that crashed, and by no other', async () => {
    const { clock, take } = leases();
    await (await take('first')).keep({ foreign: [1, 2], current: 3 });

    expect((await take('first')).checkpoint).toEqual({ foreign: [1, 2], current: 3 });
    clock.advance(LEASE);
    expect((await take('second')).checkpoint).toEqual({
      abandoned: [{ version: 'first', foreign: [1, 2], current: 3 }],
    });
  });

  test('names every rotation that was abandoned after it had begun to add entries', async () => {
    const { clock, take } = leases();
    await (await take('first')).keep({ foreign: [] });
    for (const version of ['second', 'third']) {
      clock.advance(LEASE);
      await take(version);
    }
    await (await take('third')).keep({ foreign: [7], currentIsOwn: false });
    clock.advance(LEASE);
    await take('fourth');

    expect((await take('fourth')).checkpoint).toEqual({
      abandoned: [
        { version: 'first', foreign: [] },
        { version: 'third', foreign: [7] },
      ],
    });
  });

  test('of an ended lease is not carried into the next lease of the same rotation', async () => {
    const { table, take } = leases();
    await (await take('first')).keep({ foreign: [1] });
    table.before = (operation) => {
      if (operation === 'update') table.drop(LEASE_KEY);
    };

    expect((await take('first')).checkpoint).toEqual({});
  });

  test('of another rotation is not taken over, even if its lease changes hands between read and write', async () => {
    const { clock, table, take } = leases();
    await (await take('another')).keep({ foreign: [1] });
    clock.advance(LEASE);
    table.before = (operation) => {
      if (operation === 'update') table.store(leaseItem('first', 'rotation', NOON + 120));
    };

    expect((await take('first')).checkpoint).toEqual({});
  });

  test('keeps the value that any run of the rotation wrote first', async () => {
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

  test('of another rotation is not written by a late run, which stops', async () => {
    const { clock, table, take } = leases();
    const late = await take('first');
    clock.advance(LEASE);
    await take('second');

    await expect(late.keep({ foreign: [1], oldKid: 'old' })).rejects.toThrow(RotationUnderWayError);

    expect(table.stored(LEASE_KEY)).toEqual(leaseItem('second', 'rotation', NOON + 180));
  });

  test('is read once in a run, and not again before a write', async () => {
    const { table, take } = leases();
    const lease = await take('first');
    await lease.keep({ foreign: [1] });
    await lease.keep({ foreign: [1] });
    await lease.keep({ entries: [] });

    expect(lease.checkpoint).toEqual({ foreign: [1], entries: [] });
    expect(table.calls.filter((call) => call === 'batchGet')).toHaveLength(1);
  });
});

test('a run that loses its lease to another rotation stops before it rotates Document Engine', async () => {
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
