import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  advanceJob,
  beginRun,
  findJob,
  startJob,
  sweep,
  type RevocationJob,
} from '../../../lib/revocation/index.ts';
import { afterPage } from '../../../lib/revocation/job.ts';
import { writeProgress } from '../../../lib/revocation/job-store.ts';
import { DAY, HOUR, MINUTE, toMilliseconds } from '../../../lib/runtime/time.ts';
import { dueOf, jobKey, type Item } from '../../../lib/table/index.ts';
import { holderItem } from '../../support/revocation/holder-items.ts';
import { Revoking } from '../../support/revocation/revoking.ts';
import { NOON } from '../../support/runtime/clock.ts';

const NOW = toMilliseconds(NOON);
const NEXT = { pk: 'DOC#contract', sk: 'HOLDER#m' };
const NOTHING = { raised: 0, waiting: 0, unreadable: 0 };

let world: Revoking;

beforeEach(() => {
  world = new Revoking();
});

const start = (): Promise<RevocationJob> => startJob({ documentId: 'contract' }, 'owner', undefined, world);

const itemOf = ({ id }: RevocationJob): Item => world.table.stored(jobKey(id)) ?? { ...jobKey(id) };

describe('a job that is written down', () => {
  test('is due at once, so that the next sweep does it even if the request fails', async () => {
    const job = await start();
    expect(itemOf(job)).not.toHaveProperty('ttl');
    expect(dueOf(itemOf(job))).toEqual({ dueSince: NOW, waitingSince: NOW });
    world.table.store(holderItem('alice'));
    await sweep(beginRun(world, Infinity));
    expect(await findJob(world.table, job.id)).toMatchObject({ holders: 1, walks: 1, waiting: 0 });
  });

  test('with nothing left to do is not due any more, and can be asked for for a week', async () => {
    const job = await start();
    await writeProgress(afterPage(job, { ...NOTHING, raised: 1 }), beginRun(world, Infinity));
    expect(dueOf(itemOf(job))).toBeUndefined();
    expect(itemOf(job)).toMatchObject({ walks: 1, ttl: NOON + 7 * DAY });
  });

  test('with something left to do keeps its place in the order, which comes from the time of the request', async () => {
    const job = await start();
    world.clock.advance(toMilliseconds(HOUR));
    await writeProgress(afterPage(job, { ...NOTHING, waiting: 1 }), beginRun(world, Infinity));
    expect(dueOf(itemOf(job))).toEqual({ dueSince: NOW + toMilliseconds(2 * HOUR), waitingSince: NOW });
    expect(itemOf(job)).not.toHaveProperty('ttl');
  });

  test('that walks again later counts as waiting only from then on', async () => {
    const job = await startJob({ userId: 'alice' }, 'alice', undefined, world);
    await writeProgress(afterPage(job, NOTHING), beginRun(world, Infinity));
    const again = NOW + toMilliseconds(MINUTE);
    expect(dueOf(itemOf(job))).toEqual({ dueSince: again, waitingSince: again });
  });
});

describe('of two runners of a job', () => {
  test('the second to write a page yields, and the position of the first stays', async () => {
    const job = await start();
    const run = beginRun(world, Infinity);
    const further = afterPage(job, { ...NOTHING, raised: 100, next: NEXT });
    expect(await writeProgress(further, run)).toEqual(further);
    expect(
      await writeProgress(afterPage(job, { ...NOTHING, next: { pk: 'a', sk: 'b' } }), run),
    ).toBeUndefined();
    expect(await findJob(world.table, job.id)).toEqual(further);
  });

  test('the one that is overtaken stops after its page, and reports the job as the other left it', async () => {
    for (let number = 0; number < 150; number += 1) world.table.store(holderItem(`user-${number}`));
    const job = await start();
    const slower = new Revoking(world.table.beside());
    let overtaken: RevocationJob | undefined;
    slower.table.before = async (operation, { pk }) => {
      if (operation === 'update' && pk === jobKey(job.id).pk)
        overtaken ??= await advanceJob(job, beginRun(world, Infinity));
    };
    const left = await advanceJob(job, beginRun(slower, Infinity));
    expect(left).toEqual(overtaken);
    expect(left).toMatchObject({ walks: 1, waiting: 0 });
    expect(slower.table.calls.filter((call) => call === 'query')).toHaveLength(1);
  });
});

test('a job that ran out of time continues with its next page', async () => {
  for (let number = 0; number < 250; number += 1) world.table.store(holderItem(`user-${number}`));
  let job = await start();
  for (const [holders, walks] of [
    [100, 0],
    [200, 0],
    [250, 1],
  ]) {
    await advanceJob(job, beginRun(world, 0));
    job = (await findJob(world.table, job.id)) ?? job;
    expect(job).toMatchObject({ holders, walks });
  }
});
