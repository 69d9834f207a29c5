import { describe, expect, test } from '@jest/globals';
import {
  DocumentEngineRefusalError,
  DocumentEngineUnavailableError,
} from '../../lib/document-engine/index.ts';
import { beginRun, startJob, sweep } from '../../lib/revocation/index.ts';
import { newMark } from '../../lib/revocation/mark.ts';
import {
  dueOf,
  grantKey,
  holderAttributes,
  holderKey,
  StoreRefusedError,
  StoreThrottledError,
  type Item,
  type Key,
} from '../../lib/table/index.ts';
import { group, user } from '../support/grants/grants.ts';
import { holderItem, waitingItem } from '../support/revocation/holder-items.ts';
import { Revoking } from '../support/revocation/revoking.ts';
import { type Operation } from '../support/table/memory-table.ts';

const MINUTE = 60_000;
const MOST_SWEEPS = 40;

const holderOf = (documentId: string, userId: string, principal = 'EVERYONE'): Item => ({
  ...holderItem(userId, { builtFrom: new Set([principal]) }),
  ...holderKey(documentId, userId),
});

/** Makes a world with work of each kind: due holders, marks on the grants of a group and of a user, and jobs. */
async function withWork(): Promise<Revoking> {
  const world = new Revoking();
  const { table, clock } = world;
  for (const [age, userId] of ['ann', 'bob', 'cid'].entries())
    table.store(waitingItem(userId, clock.now() - age, `DUE#${age}`));
  table.store(waitingItem('idle', clock.now(), 'DUE#1', { pending: {} }));
  for (const [documentId, principal] of [
    ['of-staff', group('staff')],
    ['of-dee', user('dee')],
  ] as const) {
    const key = grantKey(documentId, principal);
    table.store({ ...key, removed: true, etag: 'one', ...newMark(key, clock.now()) });
  }
  for (const userId of ['eve', 'fay', 'gil']) table.store(holderOf('of-staff', userId, 'GROUP#staff'));
  table.store(holderOf('of-dee', 'dee', 'USER#dee'));
  for (const userId of ['hal', 'ivy', 'jan']) table.store(holderOf('of-all', userId));
  for (const documentId of ['one', 'two', 'three']) table.store(holderOf(documentId, 'kim'));
  await startJob({ documentId: 'of-all' }, 'owner', undefined, world);
  await startJob({ userId: 'kim' }, 'kim', undefined, world);
  table.largestPage = 2;
  return world;
}

/** Sweeps once a minute. A sweep that could not read the index may fail. */
async function sweeps(world: Revoking, most: number): Promise<void> {
  for (let number = 0; number < most && isDue(world); number += 1) {
    world.clock.advance(MINUTE);
    await sweep(beginRun(world, MINUTE)).catch(() => undefined);
  }
}

const isDue = ({ table }: Revoking): boolean => table.everything().some((item) => dueOf(item) !== undefined);

/** Lists the holders with tokens or families that are not ended. */
function open({ table }: Revoking): string[] {
  return table.everything().flatMap((item) => {
    const holder = holderAttributes(item);
    if (holder === undefined) return [];
    const isWaiting = Object.keys(holder.pending).length > 0;
    const isNotRaised = item.pk !== 'DOC#contract' && holder.builtFrom.size > 0;
    return isWaiting || isNotRaised ? [`${item.pk} ${item.sk}`] : [];
  });
}

/** Counts the accesses to the table in the first sweep. */
async function accesses(): Promise<(readonly [Operation, Key])[]> {
  const world = await withWork();
  const seen: (readonly [Operation, Key])[] = [];
  world.table.before = (operation, key) => {
    seen.push([operation, key]);
  };
  await sweeps(world, 1);
  return seen;
}

describe('a sweep', () => {
  test.each([
    ['throttled', new StoreThrottledError('slow down')],
    ['refused', new StoreRefusedError('no')],
  ])('loses nothing if any one of its accesses to the table is %s', async (_, error) => {
    const all = await accesses();
    expect(all.length).toBeGreaterThan(50);
    for (const at of all.keys()) {
      const world = await withWork();
      let count = 0;
      world.table.before = () => {
        count += 1;
        if (count === at + 1) throw error;
      };
      await sweeps(world, MOST_SWEEPS);
      expect([all[at], open(world), isDue(world)]).toEqual([all[at], [], false]);
    }
  });

  test('keeps no other holder waiting for one that the table refuses to write', async () => {
    const written = (await accesses()).filter(
      ([operation, { sk }]) => operation === 'update' && sk.startsWith('HOLDER'),
    );
    for (const [, { pk, sk }] of written) {
      const world = await withWork();
      world.table.before = (operation, key) => {
        if (operation === 'update' && key.pk === pk && key.sk === sk) throw new StoreRefusedError('no');
      };
      await sweeps(world, 5);
      expect(open(world).filter((one) => one !== `${pk} ${sk}`)).toEqual([]);
      world.table.before = () => undefined;
      await sweeps(world, MOST_SWEEPS);
      expect(open(world)).toEqual([]);
    }
  });

  test.each([400, 401, 403, 413, 422])(
    'delivers everything after Document Engine has answered %d for a while',
    async (status) => {
      const world = await withWork();
      world.answer = () => {
        throw new DocumentEngineRefusalError('POST /api/revoke', status);
      };
      await sweeps(world, 10);
      world.answer = (data) => ({ data });
      await sweeps(world, MOST_SWEEPS);
      expect([open(world), isDue(world)]).toEqual([[], false]);
    },
  );

  test('delivers everything after calls that failed or were answered in part, at any call', async () => {
    const answers = [
      () => {
        throw new DocumentEngineUnavailableError('POST /api/revoke', 'it is down');
      },
      (jwts: readonly string[]) => ({ data: jwts.slice(1) }),
      () => ({ data: [] }),
    ];
    for (const answer of answers) {
      for (let at = 0; at < 8; at += 1) {
        const world = await withWork();
        let count = 0;
        world.answer = (jwts) => {
          count += 1;
          return count === at + 1 ? answer(jwts) : { data: jwts };
        };
        await sweeps(world, MOST_SWEEPS);
        expect([at, open(world), isDue(world)]).toEqual([at, [], false]);
      }
    }
  });
});
