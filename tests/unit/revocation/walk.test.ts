import { beforeEach, describe, expect, test } from '@jest/globals';
import { type RaiseRule } from '../../../lib/revocation/families.ts';
import { beginRun, type Target } from '../../../lib/revocation/index.ts';
import { walk, type PageOutcome } from '../../../lib/revocation/walk.ts';
import { holderKey } from '../../../lib/table/index.ts';
import { EPOCH, holderItem, waitingItem } from '../../support/revocation/holder-items.ts';
import { Revoking } from '../../support/revocation/revoking.ts';
import { NOON } from '../../support/runtime/clock.ts';

const NOW = NOON * 1000;
const MINUTE = 60_000;
const EVERY: RaiseRule = { applies: () => true };

let world: Revoking;

beforeEach(() => {
  world = new Revoking();
});

async function pagesOf(target: Target, rule = EVERY, time = Infinity): Promise<PageOutcome[]> {
  const pages: PageOutcome[] = [];
  for await (const page of walk(target, rule, beginRun(world, time))) pages.push(page);
  return pages;
}

const epochOf = (userId: string, documentId = 'contract'): unknown =>
  world.table.stored(holderKey(documentId, userId))?.['epoch'];

/** Alice and bob, each a holder of two documents. */
function twoHoldersOfTwoDocuments(): void {
  for (const userId of ['alice', 'bob']) {
    for (const documentId of ['contract', 'other']) {
      world.table.store({ ...holderItem(userId), ...holderKey(documentId, userId) });
    }
  }
}

const EPOCHS_BEFORE = { alice: [EPOCH, EPOCH], bob: [EPOCH, EPOCH] };

const epochs = (): object =>
  Object.fromEntries(['alice', 'bob'].map((userId) => [userId, [epochOf(userId), epochOf(userId, 'other')]]));

describe('revoking ends the tokens of its target and no others:', () => {
  beforeEach(twoHoldersOfTwoDocuments);

  test('a user on a document', async () => {
    await pagesOf({ userId: 'alice', documentId: 'contract' });
    expect(epochs()).toEqual({ ...EPOCHS_BEFORE, alice: [NOW, EPOCH] });
  });

  test('a user on every document', async () => {
    await pagesOf({ userId: 'alice' });
    expect(epochs()).toEqual({ ...EPOCHS_BEFORE, alice: [NOW, NOW] });
  });

  test('a document', async () => {
    await pagesOf({ documentId: 'contract' });
    expect(epochs()).toEqual({ alice: [NOW, EPOCH], bob: [NOW, EPOCH] });
  });

  test('a user without tokens', async () => {
    expect(await pagesOf({ userId: 'carol', documentId: 'contract' })).toEqual([
      { raised: 0, waiting: 0, unreadable: 0 },
    ]);
    expect(epochs()).toEqual(EPOCHS_BEFORE);
  });
});

describe('a page of a walk', () => {
  test('counts the holders that it raised, not the others', async () => {
    world.table.store(holderItem('alice'));
    world.table.store(holderItem('bob', { epoch: EPOCH - 1 }));
    const rule: RaiseRule = { applies: ({ epoch }) => epoch < EPOCH };
    expect(await pagesOf({ documentId: 'contract' }, rule)).toEqual([
      { raised: 1, waiting: 0, unreadable: 0 },
    ]);
    expect([epochOf('alice'), epochOf('bob')]).toEqual([EPOCH, NOW]);
  });

  test.each([
    ['leaves out', () => ({ data: [] })],
    [
      'could not be sent',
      () => {
        throw new TypeError('it is down');
      },
    ],
  ])('counts every family as waiting that Document Engine %s', async (_, answer) => {
    world.table.store(holderItem('alice'));
    world.table.store(waitingItem('bob'));
    world.answer = answer;
    // One family of alice's; of bob's the one that ends, and the one that waits already.
    expect(await pagesOf({ documentId: 'contract' })).toEqual([{ raised: 2, waiting: 3, unreadable: 0 }]);
  });

  test('delivers the pending families of holders that it does not raise', async () => {
    world.table.store(waitingItem('alice'));
    const pages = await pagesOf({ documentId: 'contract' }, { applies: () => false });
    expect(pages).toEqual([{ raised: 0, waiting: 0, unreadable: 0 }]);
    expect(world.told.flat()).toHaveLength(1);
  });
});

describe('a walk', () => {
  const HOLDERS = 250;

  beforeEach(() => {
    for (let number = 0; number < HOLDERS; number += 1) world.table.store(holderItem(`user-${number}`));
  });

  test('reaches every holder, page by page', async () => {
    const pages = await pagesOf({ documentId: 'contract' });
    expect(pages.map(({ raised }) => raised)).toEqual([100, 100, 50]);
    expect(pages.map(({ next }) => next !== undefined)).toEqual([true, true, false]);
  });

  test('that begins after its deadline still does one page, so that each run makes progress', async () => {
    expect(await pagesOf({ documentId: 'contract' }, EVERY, 0)).toHaveLength(1);
  });

  test('ends with the page in which its deadline passes', async () => {
    world.answer = (jwts) => {
      world.clock.advance(MINUTE);
      return { data: jwts };
    };
    expect(await pagesOf({ documentId: 'contract' }, EVERY, 2 * MINUTE)).toHaveLength(2);
  });
});
