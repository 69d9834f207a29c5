import { beginRun, startJob, sweep } from '../../../lib/revocation/index.ts';
import { MINUTE, toMilliseconds, type Milliseconds } from '../../../lib/runtime/time.ts';
import { dueOf, holderKey, type Item } from '../../../lib/table/index.ts';
import { EPOCH, holderItem, waitingItem } from '../../support/revocation/holder-items.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { atLeast, atMost, type Measurement } from '../measurement.ts';
import { CALL, TimedRevoking, withoutSignatures } from '../timed-revoking.ts';

const EACH_CALL = `each call takes ${CALL} ms on a simulated clock, 50 at a time`;

/** The time in which a sweep begins new work: the function's time limit of 55 seconds, less 10. */
const WORK: Milliseconds = 45_000;

const HOLDERS = 5000;
const OTHERS = 10_000;

const milliseconds = (value: number): string => `${Math.round(value)} ms`;
const count = (value: number): string => Math.round(value).toLocaleString('en');

/** Stores holders of a document, with live tokens. */
function hold(world: TimedRevoking, documentId: string, holders: number): void {
  for (let number = 0; number < holders; number += 1) {
    world.table.store({ ...holderItem('holder'), ...holderKey(documentId, `user-${number}`) });
  }
}

/** Measures how long after its deadline a sweep ends, in the middle of work of every kind. */
export const sweepPastDeadline: Measurement = {
  what: 'longest time for which a sweep continues after its deadline',
  budget: atMost(500, milliseconds),
  exact: true,
  measure: () =>
    withoutSignatures(async () => {
      let longest = 0;
      const deadlines = Array.from({ length: 12 }, (_, index) => 60 + index * 37);
      for (const deadline of deadlines) {
        const world = new TimedRevoking();
        for (let document = 0; document < 8; document += 1) {
          hold(world, `document-${document}`, 120);
          await startJob({ documentId: `document-${document}` }, 'owner', undefined, world.dependencies);
        }
        const pending = Object.fromEntries(
          Array.from({ length: 1000 }, (_, number) => [EPOCH - 1 - number, NOON + 3600]),
        );
        world.table.store(waitingItem('with many families', NOON * 1000, 'DUE#0', { pending }));
        const began = world.clock.now();
        await sweep(beginRun(world.dependencies, deadline));
        longest = Math.max(longest, world.clock.now() - began - deadline);
      }
      return { value: longest, notes: [`of ${deadlines.length} sweeps; ${EACH_CALL}`] };
    }),
};

/** Tells whether a holder has the family to end, or waits for Document Engine. */
function isLeft(item: Item | undefined): boolean {
  return item !== undefined && (item['epoch'] === EPOCH || dueOf(item) !== undefined);
}

/** Sweeps every minute until a person's tokens for a document are revoked. @returns the time */
async function waitOf(userId: string, world: TimedRevoking): Promise<Milliseconds> {
  const began = world.clock.now();
  const key = holderKey('contract', userId);
  const moments: Milliseconds[] = [];
  const update = world.table.update.bind(world.table);
  world.table.update = async (at, ...change) => {
    const written = await update(at, ...change);
    const isOpen = isLeft(world.table.stored(key));
    if (!isOpen) moments.push(world.clock.now());
    return written;
  };
  while (moments.length === 0) {
    const next = world.clock.now() + toMilliseconds(MINUTE);
    await sweep(beginRun(world.dependencies, WORK));
    await world.clock.sleep(Math.max(0, next - world.clock.now()));
  }
  return Math.min(...moments) - began;
}

/** Measures how long one person's revocation waits behind those that another caller has asked for. */
export const waitBehindOthers: Measurement = {
  what: `wait of one revocation behind ${count(OTHERS)} of another caller`,
  budget: atMost(2 * 60_000, milliseconds),
  exact: true,
  measure: () =>
    withoutSignatures(async () => {
      const waits: Milliseconds[] = [];
      for (const others of [0, OTHERS]) {
        const world = new TimedRevoking();
        for (let number = 0; number < others; number += 1) {
          const userId = `other-${number}`;
          world.table.store(holderItem(userId));
          const target = { userId, documentId: 'contract' };
          await startJob(target, 'backend', undefined, { ...world.dependencies, table: world.table });
        }
        await world.clock.sleep(1);
        world.table.store(holderItem('alice'));
        await startJob({ userId: 'alice', documentId: 'contract' }, 'alice', undefined, world.dependencies);
        waits.push(await waitOf('alice', world));
      }
      const [alone = 0, behind = 0] = waits;
      return {
        value: behind,
        notes: [
          `${milliseconds(alone)} if nothing else waits, ${(behind / alone).toFixed(0)} times as much behind the others`,
          `if only the sweeper works on them; ${EACH_CALL}`,
        ],
      };
    }),
};

/** Measures how many holders of one document a sweep raises and delivers. */
export const holdersPerSweep: Measurement = {
  what: 'holders of a document that one sweep revokes',
  budget: atLeast(40_000, count),
  exact: true,
  measure: () =>
    withoutSignatures(async () => {
      const world = new TimedRevoking();
      hold(world, 'contract', HOLDERS);
      await startJob({ documentId: 'contract' }, 'owner', undefined, world.dependencies);
      const began = world.clock.now();
      await sweep(beginRun(world.dependencies, Infinity));
      const took = world.clock.now() - began;
      return {
        value: (HOLDERS / took) * WORK,
        notes: [
          `${count(HOLDERS)} take ${milliseconds(took)}; a sweep begins new work for ${WORK / 1000} s`,
          EACH_CALL,
        ],
      };
    }),
};
