import { describe, expect, test } from '@jest/globals';
import { parseRoles, type Grant } from '../../../lib/grants/index.ts';
import { familyId, type Holder } from '../../../lib/revocation/index.ts';
import { NoSigningKeyError } from '../../../lib/signing-keys/index.ts';
import {
  MAX_TOKEN_BYTES,
  createMinting,
  type MintDependencies,
  type MintedToken,
  type MintOutcome,
  type MintRefusal,
  type MintRequest,
} from '../../../lib/tokens/index.ts';
import { claimsOf } from '../../support/tokens/client-token.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { EVERYONE, grant, group, subject, user } from '../../support/grants/grants.ts';
import { type MemoryTable } from '../../support/table/memory-table.ts';
import { TableThrough } from '../../support/table/table-through.ts';
import { minting, tableOf, type Minting } from '../../support/tokens/minting.ts';
import { grantKey, grantTombstone, holderKey, LANDS_WITHIN, type Item } from '../../../lib/table/index.ts';
import { type Principal } from '../../../lib/identity/index.ts';

const NOW = NOON * 1000;
const MINUTE = 60_000;
const HOUR = 3600;

const ALICE = subject('alice', ['staff']);
const HOLDER = holderKey('doc', 'alice');
const VIEWER = grant(user('alice'), 'viewer');

const asking = (details: Partial<MintRequest> = {}): MintRequest => ({
  documentId: 'doc',
  layer: '',
  ttlSeconds: 900,
  ...details,
});

/** Makes a table with grants on `doc`, and alice's last holder item. */
async function tableWith(grants: readonly Grant[], holder?: Partial<Holder>): Promise<MemoryTable> {
  const table = await tableOf({ doc: grants });
  if (holder) {
    table.store({
      ...HOLDER,
      epoch: NOW - 2 * MINUTE,
      namedAt: NOW - 2 * MINUTE,
      holdsUntil: NOON + HOUR,
      builtFrom: new Set(['USER#alice']),
      pending: {},
      ...holder,
    });
  }
  return table;
}

function mintOne(world: Minting, request = asking()): Promise<MintedToken | MintRefusal> {
  return createMinting(world).mintToken(ALICE, request);
}

/** Computes the `jti` of alice's tokens of an epoch. */
const family = (epoch: number): string => familyId('doc', 'alice', epoch);

const mintedIn = (epoch: number): unknown =>
  expect.objectContaining({ outcome: 'minted', family: family(epoch) });

const NO_GRANT = { outcome: 'refused', reason: 'no-grant' };

/** Changes a holder item as a revocation does: a new epoch without principals. */
function revoke(table: MemoryTable, epoch: number): void {
  const item: Item = { ...table.stored(HOLDER), ...HOLDER };
  const { builtFrom: _, ...rest } = item;
  table.store({ ...rest, pk: HOLDER.pk, sk: HOLDER.sk, epoch, namedAt: epoch, holdsUntil: 0 });
}

function remove(table: MemoryTable, principal: Principal): void {
  table.drop(grantKey('doc', principal));
}

describe('a warm mint', () => {
  test('is one read and no write, if the holder item has met the need of the token for a minute', async () => {
    const table = await tableWith([VIEWER], { namedAt: NOW - MINUTE });
    expect(await mintOne(minting({ table }))).toEqual(mintedIn(NOW - 2 * MINUTE));
    expect(table.calls).toEqual(['batchGet']);
  });

  test('writes but does not read again, if only the life of the family grows', async () => {
    const table = await tableWith([VIEWER], { holdsUntil: NOON + 60 });
    expect(await mintOne(minting({ table }))).toEqual(mintedIn(NOW - 2 * MINUTE));
    expect(table.calls).toEqual(['batchGet', 'update']);
    expect(table.stored(HOLDER)).toMatchObject({ holdsUntil: NOON + HOUR });
  });

  test('reads the grants of the user, of each group and of everyone, and the holder item, and nothing else', async () => {
    const table = await tableWith([VIEWER], {});
    const read: string[] = [];
    table.before = (_, { sk }) => void read.push(sk);
    await mintOne(minting({ table }));
    expect(read).toEqual(['GRANT#USER#alice', 'GRANT#GROUP#staff', 'GRANT#EVERYONE', 'HOLDER#alice']);
  });
});

describe('a first mint', () => {
  test('makes the holder item and decides from a read that began after that', async () => {
    const table = await tableWith([VIEWER]);
    expect(await mintOne(minting({ table }))).toEqual(mintedIn(NOW));
    expect(table.calls).toEqual(['batchGet', 'put', 'batchGet']);
    expect(table.stored(HOLDER)).toMatchObject({
      epoch: NOW,
      holdsUntil: NOON + HOUR,
      builtFrom: new Set(['USER#alice']),
    });
  });

  test('of a user without a grant writes nothing', async () => {
    const table = await tableWith([]);
    expect(await mintOne(minting({ table }))).toEqual(NO_GRANT);
    expect(table.calls).toEqual(['batchGet']);
  });

  test('is refused if the grant is gone by the second read', async () => {
    const table = await tableWith([VIEWER]);
    table.before = (operation) => {
      if (operation === 'put') remove(table, user('alice'));
    };
    expect(await mintOne(minting({ table }))).toEqual(NO_GRANT);
  });

  test('is decided by the grants of the second read, not of the first', async () => {
    const table = await tableWith([grant(user('alice'), 'editor'), grant(EVERYONE, 'viewer')]);
    table.before = (operation) => {
      if (operation === 'put') remove(table, user('alice'));
    };
    const outcome = await mintOne(minting({ table }));
    expect(outcome).toMatchObject({ permissions: ['read-document', 'cover-image'] });
  });

  test('uses the holder item that another mint has made in between', async () => {
    const table = await tableWith([VIEWER]);
    table.before = (operation) => {
      if (operation !== 'put' || table.stored(HOLDER)) return;
      table.store({
        ...HOLDER,
        epoch: NOW - 5,
        namedAt: NOW - 5,
        holdsUntil: NOON + HOUR,
        builtFrom: new Set(['USER#alice']),
      });
    };
    expect(await mintOne(minting({ table }))).toEqual(mintedIn(NOW - 5));
    expect(table.calls).toEqual(['batchGet', 'put', 'batchGet', 'batchGet']);
  });
});

describe('a holder with repeated mints', () => {
  const READS = 'batchGet';

  /** Mints at a steady pace for so many hours. */
  async function mintSteadily(world: Minting, perHour: number, hours: number): Promise<void> {
    for (let mints = 0; mints < perHour * hours; mints += 1) {
      await mintOne(world, asking({ ttlSeconds: HOUR }));
      world.clock.advance((HOUR * 1000) / perHour);
    }
  }

  test.each([
    { perHour: 4, inTheFirst16Minutes: 2 },
    { perHour: 60, inTheFirst16Minutes: 16 },
    { perHour: 600, inTheFirst16Minutes: 160 },
  ])(
    'has the item written once an hour, and read twice only in its first 16 minutes: $perHour mints an hour',
    async ({ perHour, inTheFirst16Minutes }) => {
      const table = await tableWith([VIEWER]);
      await mintSteadily(minting({ table }), perHour, 3);
      expect(table.calls.filter((call) => call !== READS)).toEqual(['put', 'update', 'update', 'update']);
      expect(table.calls.filter((call) => call === READS)).toHaveLength(3 * perHour + inTheFirst16Minutes);
    },
  );

  test('has it written for later hours already if tokens live longer, and in those hours no more', async () => {
    const table = await tableWith([VIEWER]);
    const world = minting({ table });
    for (const hours of [1, 2, 3, 4]) await mintOne(world, asking({ ttlSeconds: hours * HOUR }));
    expect(table.calls.filter((call) => call !== READS)).toEqual(['put', 'update', 'update', 'update']);
    table.calls.length = 0;
    await mintSteadily(world, 60, 3);
    expect(new Set(table.calls)).toEqual(new Set([READS]));
  });

  test('has it written by each of the mints that find it too short at the same moment', async () => {
    const table = await tableWith([VIEWER], { holdsUntil: NOON });
    const world = minting({ table });
    await Promise.all([mintOne(world), mintOne(world), mintOne(world)]);
    expect(table.calls).toEqual([READS, READS, READS, 'update', 'update', 'update']);
    await mintOne(world);
    expect(table.calls.at(-1)).toBe(READS);
  });
});

describe('a mint that finds a young holder item', () => {
  const YOUNG = { epoch: NOW - MINUTE + 1, namedAt: NOW - MINUTE + 1 };

  test('reads the grants again before it decides, and writes nothing', async () => {
    const table = await tableWith([VIEWER], YOUNG);
    expect(await mintOne(minting({ table }))).toEqual(mintedIn(NOW - MINUTE + 1));
    expect(table.calls).toEqual(['batchGet', 'batchGet']);
  });

  test('is refused if its first read saw a grant from before its removal', async () => {
    const table = await tableWith([VIEWER], { epoch: NOW - 1, namedAt: NOW - 1 });
    // BatchGetItem sees the grant, and only after its removal and the revocation the holder item.
    table.before = (_, { sk }) => {
      if (sk !== HOLDER.sk || table.stored(grantKey('doc', user('alice'))) === undefined) return;
      remove(table, user('alice'));
      revoke(table, NOW);
    };
    expect(await mintOne(minting({ table }))).toEqual(NO_GRANT);
  });

  test('measures youth from before the read began, however long the read took', async () => {
    const table = await tableWith([VIEWER], YOUNG);
    const world = minting({ table });
    table.before = () => {
      world.clock.advance(1000);
    };
    await mintOne(world);
    expect(table.calls).toEqual(['batchGet', 'batchGet']);
  });
});

describe('a mint of a token that needs a principal missing from the holder item', () => {
  test('adds it, and decides from a read that began after that', async () => {
    const table = await tableWith([VIEWER, grant(group('staff'), 'editor')], {});
    expect(await mintOne(minting({ table }))).toEqual(mintedIn(NOW - 2 * MINUTE));
    expect(table.calls).toEqual(['batchGet', 'update', 'batchGet']);
    expect(table.stored(HOLDER)).toMatchObject({
      builtFrom: new Set(['USER#alice', 'GROUP#staff']),
      namedAt: NOW + LANDS_WITHIN,
    });
  });

  test('is decided without its grant if that is gone by the second read', async () => {
    const table = await tableWith([VIEWER, grant(group('staff'), 'editor')], {});
    table.before = (operation) => {
      if (operation === 'update') remove(table, group('staff'));
    };
    expect(await mintOne(minting({ table }))).toMatchObject({
      permissions: ['read-document', 'cover-image'],
    });
  });

  test('makes every mint read twice until the write has surely landed and a minute more, because its author is unknown', async () => {
    const table = await tableWith([VIEWER, grant(group('staff'), 'editor')], {});
    const world = minting({ table });
    await mintOne(world);
    world.clock.advance(LANDS_WITHIN + MINUTE - 1);
    table.calls.length = 0;
    await mintOne(world);
    expect(table.calls).toEqual(['batchGet', 'batchGet']);
    world.clock.advance(1);
    table.calls.length = 0;
    await mintOne(world);
    expect(table.calls).toEqual(['batchGet']);
  });
});

describe('a revocation beside a mint', () => {
  test('makes the write fail, and the mint start over with the new epoch', async () => {
    const table = await tableWith([VIEWER], { builtFrom: new Set(['EVERYONE']) });
    let revoked = false;
    table.before = (operation) => {
      if (operation === 'update' && !revoked) revoke(table, NOW - 3);
      revoked ||= operation === 'update';
    };
    expect(await mintOne(minting({ table }))).toEqual(mintedIn(NOW - 3));
    expect(table.calls).toEqual(['batchGet', 'update', 'batchGet', 'update', 'batchGet']);
  });

  test('between the two reads makes the first write worth nothing', async () => {
    const table = await tableWith([VIEWER]);
    let reads = 0;
    table.before = (operation, { sk }) => {
      if (operation === 'read' && sk === 'GRANT#USER#alice') reads += 1;
      if (operation === 'read' && sk === HOLDER.sk && reads === 2) {
        reads += 1;
        revoke(table, NOW + 1);
      }
    };
    expect(await mintOne(minting({ table }))).toEqual(mintedIn(NOW + 1));
    expect(table.calls).toEqual(['batchGet', 'put', 'batchGet', 'update', 'batchGet']);
  });

  test('that repeats without end ends the mint with an error that asks to try again', async () => {
    const table = await tableWith([VIEWER]);
    let epoch = NOW;
    table.before = (operation, { sk }) => {
      if (operation === 'read' && sk === HOLDER.sk && table.stored(HOLDER)) revoke(table, (epoch += 1));
    };
    await expect(mintOne(minting({ table }))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryAfterSeconds: 1,
    });
    expect(table.calls.filter((call) => call === 'batchGet')).toHaveLength(6);
  });
});

describe('a holder item that cannot be read', () => {
  test('is an error: its tokens could not be revoked', async () => {
    const table = await tableWith([VIEWER]);
    table.store({ ...HOLDER, epoch: 'seven' });
    await expect(mintOne(minting({ table }))).rejects.toThrow(
      'The table holds a holder item that cannot be read',
    );
  });
});

describe('a grant item that cannot be read', () => {
  test('grants nothing and is logged', async () => {
    const table = await tableWith([]);
    table.store({ ...grantKey('doc', user('alice')), role: 7 });
    const world = minting({ table });
    expect(await mintOne(world)).toEqual(NO_GRANT);
    expect(world.lines.join('')).toContain('a grant item cannot be read and grants nothing');
  });
});

describe('a grant with a role that cannot be filled in for the caller', () => {
  const roles = parseRoles({
    roles: {
      own: { permissions: ['read-document'], collaborationPermissions: ['annotations:view:group={group}'] },
    },
  });

  test('grants nothing, and the log has the grant and the reason, but not the user', async () => {
    const world = minting({ table: await tableWith([grant(user('alice'), 'own')]), roles });
    expect(await mintOne(world)).toEqual(NO_GRANT);
    expect(world.lines.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: 'WARN',
        message: 'a grant cannot be used',
        documentId: 'doc',
        principal: 'user',
        role: 'own',
        reason: '{group} cannot be filled in for this caller',
      }),
    ]);
    expect(world.lines.join('')).not.toContain('alice');
  });

  test('is logged once for all groups and all entries of a batch: a caller does not fill the log', async () => {
    const names = Array.from({ length: 20 }, (_, number) => `a:${number}`);
    const table = await tableWith(names.map((name) => grant(group(name), 'own', { layers: ['*'] })));
    const world = minting({ table, roles });
    const entries = Array.from({ length: 20 }, (_, number) => asking({ layer: `layer-${number}` }));
    await createMinting(world).mintTokens(subject('alice', names), entries);
    expect(world.lines).toHaveLength(1);
  });
});

describe('a minted token', () => {
  test('carries the time of the decision, its expiry, and when to ask for the next', async () => {
    const table = await tableWith([grant(user('alice'), 'viewer', { expiresAt: NOON + 601 })]);
    const outcome = await mintOne(minting({ table }));
    expect(outcome).toMatchObject({
      issuedAt: NOON,
      expiresAt: NOON + 601,
      refreshAt: NOON + 481,
      kid: 'test-key',
    });
    const claims = outcome.outcome === 'minted' && (await claimsOf(outcome.jwt));
    expect(claims).toMatchObject({ iat: NOON, exp: NOON + 601, jti: family(NOW) });
  });

  test('is issued when its grants were decided on, not when the request came', async () => {
    const table = await tableWith([VIEWER], {});
    const world = minting({ table });
    table.before = () => {
      world.clock.advance(1000);
    };
    expect(await mintOne(world)).toMatchObject({ issuedAt: NOON + 4, expiresAt: NOON + 904 });
  });

  test('for the private layer is for the layer of its own user', async () => {
    const table = await tableWith([grant(EVERYONE, 'editor', { layers: [], privateLayer: true })]);
    expect(await mintOne(minting({ table }), asking({ layer: { private: true } }))).toMatchObject({
      layer: 'user:alice',
    });
  });

  test('is not made for the private layer of a user id that breaks the rules for layers', async () => {
    const table = await tableWith([grant(EVERYONE, 'editor', { layers: ['*'], privateLayer: true })]);
    const minter = createMinting(minting({ table }));
    const outcome = await minter.mintToken(subject('a*'), asking({ layer: { private: true } }));
    expect(outcome).toEqual(NO_GRANT);
  });

  test('is not made if it would be longer than 8 KB; the refusal names the grants to merge', async () => {
    const names = Array.from(
      { length: 150 },
      (_, index) => `annotations:view:group=${index}-${'x'.repeat(40)}`,
    );
    const roles = parseRoles({
      roles: { wordy: { permissions: ['read-document'], collaborationPermissions: names } },
    });
    const table = await tableWith([grant(user('alice'), 'wordy'), grant(EVERYONE, 'wordy')]);
    expect(MAX_TOKEN_BYTES).toBe(8192);
    expect(await mintOne(minting({ table, roles }))).toEqual({
      outcome: 'refused',
      reason: 'token-too-large',
      builtFrom: [user('alice')],
    });
  });
});

describe('several requests', () => {
  test('are answered in their order, a refusal among them or not, from one read for all', async () => {
    const table = await tableOf({ a: [grant(EVERYONE, 'viewer')], c: [grant(user('alice'), 'editor')] });
    const outcomes = await createMinting(minting({ table })).mintTokens(
      ALICE,
      ['c', 'b', 'a'].map((documentId) => asking({ documentId })),
    );
    expect(outcomes).toMatchObject([
      { documentId: 'c' },
      NO_GRANT,
      { documentId: 'a', permissions: ['read-document', 'cover-image'] },
    ]);
    expect(table.calls).toEqual(['batchGet', 'put', 'put', 'batchGet']);
  });

  test('are told of in their order, with the refusals among them', async () => {
    const requests = ['c', 'b', 'a'].map((documentId) => asking({ documentId }));
    const table = await tableOf({ a: [grant(EVERYONE, 'viewer')], c: [grant(EVERYONE, 'viewer')] });
    const told: MintOutcome[] = [];
    const outcomes = await createMinting(minting({ table })).mintTokens(ALICE, requests, (outcome) =>
      told.push(outcome),
    );

    expect(told).toEqual(outcomes);
    expect(told).toMatchObject([{ documentId: 'c' }, NO_GRANT, { documentId: 'a' }]);
  });

  test('are not told of if there is no key to sign with', async () => {
    const requests = ['b', 'a'].map((documentId) => asking({ documentId }));
    const world = minting({ table: await tableOf({ a: [grant(EVERYONE, 'viewer')] }) });
    const signingKeys = { current: () => Promise.reject(new NoSigningKeyError()) };
    const told: MintOutcome[] = [];
    const minted = createMinting({ ...world, signingKeys }).mintTokens(ALICE, requests, (outcome) =>
      told.push(outcome),
    );

    await expect(minted).rejects.toBeInstanceOf(NoSigningKeyError);
    expect(told).toEqual([]);
  });

  test('fail together if a signature fails, and no promise is left alone with its error', async () => {
    const requests = ['a', 'b', 'c'].map((documentId) => asking({ documentId }));
    const grants = Object.fromEntries(
      requests.map(({ documentId }) => [documentId, [grant(EVERYONE, 'viewer')]]),
    );
    const world = minting({ table: await tableOf(grants) });
    const alone: unknown[] = [];
    const onAlone = (error: unknown): number => alone.push(error);
    process.on('unhandledRejection', onAlone);
    let calls = 0;
    const signingKeys = {
      current: () => (calls++ < 2 ? world.signingKeys.current() : Promise.reject(new NoSigningKeyError())),
    };
    const told: string[] = [];
    const minted = createMinting({ ...world, signingKeys }).mintTokens(ALICE, requests, (outcome) =>
      told.push('documentId' in outcome ? outcome.documentId : outcome.outcome),
    );

    await expect(minted).rejects.toBeInstanceOf(NoSigningKeyError);
    await new Promise((resume) => setImmediate(resume));
    process.off('unhandledRejection', onAlone);
    expect({ told, alone, calls }).toEqual({ told: ['a'], alone: [], calls: 4 });
  });

  test('for one document share one holder item, which covers them all', async () => {
    const table = await tableWith([
      grant(user('alice'), 'viewer', { layers: ['a'] }),
      grant(EVERYONE, 'viewer', { layers: ['b'] }),
    ]);
    const outcomes = await createMinting(minting({ table })).mintTokens(ALICE, [
      asking({ layer: 'a', ttlSeconds: 60 }),
      asking({ layer: 'b', ttlSeconds: 2 * HOUR }),
    ]);
    expect(outcomes).toEqual([mintedIn(NOW), mintedIn(NOW)]);
    expect(table.stored(HOLDER)).toMatchObject({
      holdsUntil: NOON + 2 * HOUR,
      builtFrom: new Set(['USER#alice', 'EVERYONE']),
    });
  });

  test('fail for one document alone if only its holder item cannot be read', async () => {
    const table = await tableOf({ a: [grant(EVERYONE, 'viewer')], b: [grant(EVERYONE, 'viewer')] });
    table.store({ ...holderKey('a', 'alice'), epoch: 'seven' });
    const outcomes = await createMinting(minting({ table })).mintTokens(
      ALICE,
      ['a', 'b'].map((documentId) => asking({ documentId })),
    );
    expect(outcomes).toMatchObject([{ outcome: 'failed' }, { outcome: 'minted' }]);
  });
});

describe('a mint for a user in many groups', () => {
  const MANY = subject('alice', ['staff', 'one', 'two', 'three']);
  const mintForMany = (world: MintDependencies): Promise<MintedToken | MintRefusal> =>
    createMinting(world).mintToken(MANY, asking());
  const REMOVED = grantTombstone(grantKey('doc', user('alice')), 'etag', NOON);

  /** Makes a table of which the holder item is read last, after `meanwhile`; the grants are read before. */
  function holderReadLast(table: MemoryTable, meanwhile: () => void): TableThrough {
    const read = Promise.withResolvers<undefined>();
    return new TableThrough(table, (inner) => ({
      batchGet: async (keys) => {
        const ofHolder = keys.every(({ sk }) => sk === HOLDER.sk);
        if (ofHolder) await read.promise;
        if (ofHolder) meanwhile();
        const items = await inner.batchGet(keys);
        read.resolve(undefined);
        return items;
      },
      query: async (condition, page) => {
        const found = await inner.query(condition, page);
        if (found.next === undefined) read.resolve(undefined);
        return found;
      },
    }));
  }

  test('is one query of the grants beside the read of the holder item', async () => {
    const table = await tableWith([VIEWER], {});
    expect(await mintForMany(minting({ table }))).toEqual(mintedIn(NOW - 2 * MINUTE));
    expect(table.calls).toEqual(['batchGet', 'query']);
  });

  test.each([
    { how: 'by a query', largestPage: Infinity, calls: ['query'] },
    {
      how: 'by its key after a query that is too short',
      largestPage: 1,
      calls: ['query', 'batchGet'],
    },
  ])(
    'is refused if it saw a grant, $how, from before its removal and the holder item from after it',
    async ({ largestPage, calls }) => {
      const table = await tableWith([VIEWER, grant(user('bob'), 'viewer')], {});
      table.largestPage = largestPage;
      let first = true;
      const through = holderReadLast(table, () => {
        if (!first) return;
        first = false;
        expect(table.calls).toEqual(calls);
        table.store(REMOVED);
        revoke(table, NOW);
        // Another mint, which saw the grant too, has already written the item again.
        table.store({
          ...table.stored(HOLDER),
          ...HOLDER,
          holdsUntil: NOON + HOUR,
          builtFrom: new Set(['USER#alice']),
        });
      });
      expect(await mintForMany({ ...minting({ table }), table: through })).toEqual(NO_GRANT);
      expect(first).toBe(false);
    },
  );

  test('grants nothing by the tombstone of a removed grant, or by the mark on one', async () => {
    const table = await tableWith([], {});
    table.store({ ...REMOVED, revoking: 'mark', dueShard: 'DUE#1', dueSince: NOW, dueAt: NOW });
    expect(await mintForMany(minting({ table }))).toEqual(NO_GRANT);
  });

  test('does not use a grant of another user on the document', async () => {
    const table = await tableWith([grant(user('bob'), 'owner'), grant(group('admins'), 'owner')], {});
    expect(await mintForMany(minting({ table }))).toEqual(NO_GRANT);
  });
});
