import { beforeEach, describe, expect, test } from '@jest/globals';
import { type RaiseRule } from '../../../lib/revocation/families.ts';
import {
  advanceJob,
  beginRun,
  findJob,
  isConfirmed,
  startJob,
  sweep,
} from '../../../lib/revocation/index.ts';
import { walk, type PageOutcome } from '../../../lib/revocation/walk.ts';
import { holderKey, StoreRefusedError, StoreThrottledError, type Item } from '../../../lib/table/index.ts';
import { EPOCH, holderItem, WAITING_EPOCH, waitingItem } from '../../support/revocation/holder-items.ts';
import { Revoking } from '../../support/revocation/revoking.ts';

const MINUTE = 60_000;
const EVERY: RaiseRule = { applies: () => true };

let world: Revoking;

beforeEach(() => {
  world = new Revoking();
});

const stored = (userId: string): Item | undefined => world.table.stored(holderKey('contract', userId));

const logged = (): unknown[] => world.lines.map((line) => JSON.parse(line) as unknown);

/** Lets every write of a holder item fail. */
function failsFor(userId: string, error: Error): void {
  world.table.before = (operation, { sk }) => {
    if (operation === 'update' && sk === holderKey('contract', userId).sk) throw error;
  };
}

async function pagesOf(rule: RaiseRule): Promise<PageOutcome[]> {
  const pages: PageOutcome[] = [];
  for await (const page of walk({ documentId: 'contract' }, rule, beginRun(world, Infinity)))
    pages.push(page);
  return pages;
}

describe('a holder item filled to 400 KB, which the table refuses to write,', () => {
  const TOO_LARGE = new StoreRefusedError('over 400 KB');

  test('does not stop the revocation of a document at its page', async () => {
    for (let number = 0; number < 251; number += 1) world.table.store(holderItem(`user-${number}`));
    failsFor('user-150', TOO_LARGE);
    const pages = await pagesOf(EVERY);
    expect(pages.map(({ raised }) => raised).reduce((one, other) => one + other)).toBe(250);
    expect(pages.flatMap(({ refused }) => refused ?? [])).toEqual([1]);
    expect(pages.map(({ waiting }) => waiting).reduce((one, other) => one + other)).toBe(1);
    expect(logged()).toEqual([
      expect.objectContaining({ level: 'ERROR', error: 'STORE_REFUSED', holders: 1 }),
      expect.objectContaining({ RevocationNotWritten: 1 }),
      expect.objectContaining({ HoldersPassedOver: 1 }),
    ]);
  });

  test('is raised by a later walk of the job, once it can be written, and no other holder is raised again', async () => {
    for (const userId of ['alice', 'bob']) world.table.store(holderItem(userId));
    failsFor('alice', TOO_LARGE);
    const { id } = await startJob({ documentId: 'contract' }, 'owner', undefined, world);
    const job = await findJob(world.table, id);
    if (job === undefined) throw new TypeError('the job was just written');
    await advanceJob(job, beginRun(world, Infinity));
    const raised = stored('bob')?.['epoch'];
    expect([stored('alice')?.['epoch'], raised === EPOCH]).toEqual([EPOCH, false]);

    world.table.before = () => undefined;
    world.clock.advance(MINUTE);
    await sweep(beginRun(world, Infinity));
    expect(stored('alice')?.['epoch']).not.toBe(EPOCH);
    expect(stored('bob')?.['epoch']).toBe(raised);
    const after = await findJob(world.table, id);
    expect(after && isConfirmed(after)).toBe(true);
  });

  test('becomes smaller by its confirmed families, although it cannot be raised', async () => {
    world.table.store(waitingItem('alice'));
    world.table.before = (operation, { sk }) => {
      const pending = stored('alice')?.['pending'];
      const isFull = typeof pending === 'object' && pending !== null && String(WAITING_EPOCH) in pending;
      // Only the first write, which would make it larger.
      if (
        operation === 'update' &&
        sk === holderKey('contract', 'alice').sk &&
        isFull &&
        world.told.length === 0
      )
        throw TOO_LARGE;
    };
    expect(await pagesOf(EVERY)).toEqual([{ raised: 0, waiting: 1, unreadable: 0, refused: 1 }]);
    expect(stored('alice')).toMatchObject({ epoch: EPOCH, pending: {} });
    expect(await pagesOf(EVERY)).toEqual([{ raised: 1, waiting: 0, unreadable: 0 }]);
  });

  test('makes one line in the log for a page, even if a missing permission concerns every holder', async () => {
    for (let number = 0; number < 20; number += 1) world.table.store(holderItem(`user-${number}`));
    world.table.before = (operation) => {
      if (operation === 'update') throw new StoreRefusedError('AccessDeniedException');
    };
    await pagesOf(EVERY);
    expect(logged()).toContainEqual(expect.objectContaining({ holders: 20 }));
    // The line, and a metric for each of two facts.
    expect(world.lines).toHaveLength(3);
  });
});

test('A holder that mints at every attempt to raise them does not keep the holders behind them from being raised', async () => {
  for (let number = 0; number < 251; number += 1) world.table.store(holderItem(`user-${number}`));
  let longer = Number(stored('user-1')?.['holdsUntil']);
  world.table.before = (operation, { sk }) => {
    if (operation !== 'update' || sk !== 'HOLDER#user-1') return;
    longer += 3600;
    world.table.store(holderItem('user-1', { holdsUntil: longer }));
  };
  const pages = await pagesOf(EVERY);
  expect(pages.map(({ raised }) => raised).reduce((one, other) => one + other)).toBe(250);
  expect(pages.map(({ waiting }) => waiting).reduce((one, other) => one + other)).toBe(1);
});

test('A throttled write says nothing about its holder, so that the page has to be repeated', async () => {
  world.table.store(holderItem('alice'));
  failsFor('alice', new StoreThrottledError('slow down'));
  await expect(pagesOf(EVERY)).rejects.toThrow(StoreThrottledError);
});

test('A holder item that becomes unreadable between its read and its write is counted as unreadable', async () => {
  world.table.store(holderItem('alice'));
  world.table.before = (operation) => {
    if (operation === 'update') world.table.store(holderItem('alice', { epoch: 'broken' }));
  };
  expect(await pagesOf(EVERY)).toEqual([{ raised: 0, waiting: 0, unreadable: 1 }]);
});
