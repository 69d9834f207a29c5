import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Grant } from '../../../lib/grants/index.ts';
import { type Subject } from '../../../lib/identity/index.ts';
import {
  advanceJob,
  beginRun,
  holderFromItem,
  startJob,
  sweep,
  type Holder,
} from '../../../lib/revocation/index.ts';
import { HOUR, toMilliseconds } from '../../../lib/runtime/time.ts';
import { dueFrom, dueOf, holderKey } from '../../../lib/table/index.ts';
import { createMinting, RevocationsPendingError, type MintOutcome } from '../../../lib/tokens/index.ts';
import { MOST_PENDING, MOST_PRINCIPAL_BYTES } from '../../../lib/tokens/holding.ts';
import { EVERYONE, grant, group, subject } from '../../support/grants/grants.ts';
import { Revoking } from '../../support/revocation/revoking.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { tableOf, minting } from '../../support/tokens/minting.ts';

const HOLDER = holderKey('doc', 'mallory');
const NOW = toMilliseconds(NOON);
const MALLORY = subject('mallory');

let world: Revoking;

const open = async (...grants: Grant[]): Promise<void> => {
  world = new Revoking(await tableOf({ doc: grants, other: [grant(EVERYONE, 'viewer')] }));
};

const mintAll = (as: Subject, ...documentIds: string[]): Promise<MintOutcome[]> =>
  createMinting(minting({ table: world.table, clock: world.clock })).mintTokens(
    as,
    documentIds.map((documentId) => ({ documentId, layer: '', ttlSeconds: 900 })),
  );

const mint = async (as: Subject = MALLORY, layer = ''): Promise<MintOutcome> =>
  createMinting(minting({ table: world.table, clock: world.clock })).mintToken(as, {
    documentId: 'doc',
    layer,
    ttlSeconds: 900,
  });

const revoke = async (): Promise<void> => {
  const job = await startJob({ documentId: 'doc', userId: 'mallory' }, 'mallory', undefined, world);
  await advanceJob(job, beginRun(world, Infinity));
};

const stored = (): Holder => holderFromItem(world.table.stored(HOLDER) ?? { ...HOLDER });

const pendingCount = (): number => Object.keys(stored().pending).length;

const isDown = (): never => {
  throw new Error('Document Engine is down');
};

/** Gives mallory a holder item without a token, and with as many pending families as it can have. */
function fill(): void {
  const pending = Object.fromEntries(
    Array.from({ length: MOST_PENDING }, (_, number) => [String(NOW - number - 1), NOON + HOUR]),
  );
  const holder = { epoch: NOW, namedAt: NOW, holdsUntil: 0, pending };
  world.table.store({ ...HOLDER, principal: HOLDER.sk, ...holder, ...dueFrom(HOLDER, NOW) });
}

describe('a caller with a mint and a self-revocation in turns, during an outage of Document Engine', () => {
  beforeEach(async () => {
    await open(grant(EVERYONE, 'viewer'));
  });

  test('cannot make the holder item grow without end: the mint fails, and says when to try again', async () => {
    world.answer = isDown;
    for (let count = 0; count < MOST_PENDING; count += 1) {
      await mint();
      await revoke();
      world.clock.advance(10);
    }
    await expect(mint()).rejects.toThrow(RevocationsPendingError);
    await expect(mint()).rejects.toMatchObject({ retryAfterSeconds: 30 });
    expect(pendingCount()).toBe(MOST_PENDING);
  });

  test('can still revoke, and adds nothing by it', async () => {
    fill();
    world.answer = isDown;
    await revoke();
    await revoke();
    expect(pendingCount()).toBe(MOST_PENDING);
  });

  test('gets tokens again once Document Engine has confirmed some', async () => {
    fill();
    world.answer = (jwts) => ({ data: jwts.slice(0, 1) });
    await sweep(beginRun(world, Infinity));
    expect(pendingCount()).toBeLessThan(MOST_PENDING);
    expect(pendingCount()).toBeGreaterThan(0);
    expect(await mint()).toMatchObject({ outcome: 'minted' });
  });

  test('gets tokens again once the pending families no longer matter, and the next revocation drops these', async () => {
    fill();
    world.answer = isDown;
    world.clock.advance(toMilliseconds(3 * HOUR));
    expect(await mint()).toMatchObject({ outcome: 'minted' });
    await revoke();
    expect(pendingCount()).toBe(1);
  });

  test('gets tokens for other documents in the same batch', async () => {
    fill();
    const [full, other] = await mintAll(MALLORY, 'doc', 'other');
    expect(full).toMatchObject({ outcome: 'failed', error: expect.any(RevocationsPendingError) as unknown });
    expect(other).toMatchObject({ outcome: 'minted' });
  });
});

test('a token of a family that is already recorded is minted beside 50 pending families', async () => {
  await open(grant(EVERYONE, 'viewer'));
  await mint();
  const pending = Object.fromEntries(Array.from({ length: 60 }, (_, epoch) => [String(epoch), NOON + HOUR]));
  world.table.store({ ...HOLDER, ...stored(), pending });
  expect(await mint()).toMatchObject({ outcome: 'minted' });
});

test('a raise that drops the last pending family takes the holder out of the due work', async () => {
  await open(grant(EVERYONE, 'viewer'));
  fill();
  world.clock.advance(toMilliseconds(3 * HOUR));
  const job = await startJob({ userId: 'mallory' }, 'mallory', undefined, world);
  await advanceJob(job, beginRun(world, Infinity));
  expect(pendingCount()).toBe(0);
  expect(dueOf(world.table.stored(HOLDER) ?? { ...HOLDER })).toBeUndefined();
});

describe('the principals of a holder item', () => {
  const GROUPS = 480;
  const NAME_BYTES = 512;
  const nameOf = (number: number): string => `${number}-`.padEnd(NAME_BYTES, 'é').slice(0, NAME_BYTES / 2);
  const member = (from: number, to: number): Subject =>
    subject(
      'mallory',
      Array.from({ length: to - from }, (_, index) => nameOf(from + index)),
    );
  const bytes = (): number => [...stored().builtFrom].reduce((sum, key) => sum + Buffer.byteLength(key), 0);

  beforeEach(async () => {
    // Each group's grant is for a layer of its own.
    await open(
      ...Array.from({ length: GROUPS }, (_, number) =>
        grant(group(nameOf(number)), 'viewer', { layers: [`layer-${number}`], privateLayer: false }),
      ),
    );
  });

  test('never grow past 32 KB with grants through 480 groups of long names, and every mint gets a token', async () => {
    let raises = 0;
    for (let number = 0; number < GROUPS; number += 1) {
      const before = world.table.stored(HOLDER)?.['epoch'];
      const minted = await mint(member(number, number + 1), `layer-${number}`);
      expect(minted).toMatchObject({ outcome: 'minted' });
      expect(bytes()).toBeLessThanOrEqual(MOST_PRINCIPAL_BYTES);
      if (before !== undefined && stored().epoch !== before) raises += 1;
      world.clock.advance(10);
    }
    expect(raises).toBeGreaterThan(2);
    // The tokens of the ended families are reported to Document Engine.
    expect(pendingCount()).toBe(raises);
    expect(dueOf(world.table.stored(HOLDER) ?? { ...HOLDER })).toBeDefined();
    await sweep(beginRun(world, Infinity));
    expect(pendingCount()).toBe(0);
    expect(world.told.flat()).toHaveLength(raises);
  });

  test('end with their tokens if they make room, and the new family has what the new token needs alone', async () => {
    const fitting = Math.floor(MOST_PRINCIPAL_BYTES / (NAME_BYTES + 6));
    for (let number = 0; number < fitting; number += 1)
      await mint(member(number, number + 1), `layer-${number}`);
    const { epoch, holdsUntil, builtFrom } = stored();
    expect(builtFrom.size).toBe(fitting);
    await mint(member(GROUPS - 1, GROUPS), `layer-${GROUPS - 1}`);
    expect(stored().builtFrom).toEqual(new Set([`GROUP#${nameOf(GROUPS - 1)}`]));
    expect(stored().epoch).toBeGreaterThan(epoch);
    expect(stored().pending).toEqual({ [epoch]: holdsUntil });
  });

  test('may be more than 32 KB for one batch alone, which gets all its tokens, of one family', async () => {
    await mint(member(0, 1), 'layer-0');
    const everywhere = member(0, GROUPS);
    const requests = Array.from({ length: 100 }, (_, number) => ({
      documentId: 'doc',
      layer: `layer-${number + 1}`,
      ttlSeconds: 900,
    }));
    const outcomes = await createMinting(minting({ table: world.table, clock: world.clock })).mintTokens(
      everywhere,
      requests,
    );
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['minted']));
    expect(new Set(outcomes.map((token) => 'family' in token && token.family)).size).toBe(1);
    expect(stored().builtFrom.size).toBe(100);
    const { epoch } = stored();
    // The same tokens again need no other family, not even if they live longer.
    world.clock.advance(toMilliseconds(HOUR));
    await createMinting(minting({ table: world.table, clock: world.clock })).mintTokens(everywhere, requests);
    expect(stored()).toMatchObject({ epoch, holdsUntil: NOON + 2 * HOUR });
  });

  test('that another mint has added meanwhile are not overlooked', async () => {
    for (let number = 0; number < 60; number += 1) await mint(member(number, number + 1), `layer-${number}`);
    const slower = world.table.beside();
    let isFirst = true;
    slower.before = async (operation) => {
      if (operation !== 'update' || !isFirst) return;
      isFirst = false;
      // The other mint raises and fills the new family.
      for (let number = 100; number < 165; number += 1)
        await mint(member(number, number + 1), `layer-${number}`);
    };
    const mallory = member(200, 210);
    const minted = await createMinting(minting({ table: slower, clock: world.clock })).mintTokens(
      mallory,
      Array.from({ length: 10 }, (_, number) => ({
        documentId: 'doc',
        layer: `layer-${200 + number}`,
        ttlSeconds: 900,
      })),
    );
    expect(new Set(minted.map(({ outcome }) => outcome))).toEqual(new Set(['minted']));
    expect(bytes()).toBeLessThanOrEqual(MOST_PRINCIPAL_BYTES);
    expect([...stored().builtFrom].filter((key) => key.includes('20'))).not.toEqual([]);
  });
});
