import { expect, test } from '@jest/globals';
import { startJob, sweepHandler } from '../../../../lib/revocation/index.ts';
import { holderItem, waitingItem } from '../../../support/revocation/holder-items.ts';
import { Revoking } from '../../../support/revocation/revoking.ts';
import { NOON } from '../../../support/runtime/clock.ts';

const NOW = NOON * 1000;

/** Sweeps as the scheduled function does. @returns the lines that it logged */
async function swept(world: Revoking, remaining: number): Promise<unknown[]> {
  const handler = sweepHandler(world, world.log);
  await handler({}, { getRemainingTimeInMillis: () => remaining });
  return world.lines.map((line) => JSON.parse(line) as unknown);
}

test('a sweep measures in seconds how long the oldest work has waited', async () => {
  const world = new Revoking();
  world.table.store(waitingItem('alice', NOW - 90_000));
  const lines = await swept(world, 60_000);
  expect(lines).toContainEqual(expect.objectContaining({ OldestPendingRevocation: 90 }));
  expect(lines).toContainEqual(
    expect.objectContaining({
      level: 'INFO',
      message: 'swept',
      due: 1,
      oldestAgeSeconds: 90,
      complete: true,
    }),
  );
});

test('a sweep that finds nothing measures nothing, and logs only debug lines', async () => {
  const lines = await swept(new Revoking(), 60_000);
  expect(lines).toContainEqual(expect.objectContaining({ OldestPendingRevocation: 0 }));
  expect(lines).toContainEqual(expect.objectContaining({ level: 'DEBUG', message: 'swept', due: 0 }));
});

test('a sweep that was over before it read the index does not report that nothing waits', async () => {
  const world = new Revoking();
  world.table.store(waitingItem('alice', NOW - 90_000));
  const lines = await swept(world, 10_000);
  expect(lines).toContainEqual(expect.objectContaining({ message: 'swept', complete: false }));
  expect(JSON.stringify(lines)).not.toContain('oldest');
  expect(JSON.stringify(lines)).not.toContain('OldestPendingRevocation');
});

test('a sweep begins nothing in the last 10 seconds before Lambda ends the process', async () => {
  const world = new Revoking();
  world.table.store(holderItem('alice'));
  await startJob({ documentId: 'contract' }, 'owner', undefined, world);
  expect(await swept(world, 10_000)).toContainEqual(expect.objectContaining({ complete: false }));
  expect(world.told).toEqual([]);
  expect(await swept(world, 10_001)).toContainEqual(expect.objectContaining({ complete: true }));
  expect(world.told).toHaveLength(1);
});
