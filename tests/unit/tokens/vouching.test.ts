import { describe, expect, test } from '@jest/globals';
import { parseRoles, type Grant, type VouchedGrant } from '../../../lib/grants/index.ts';
import { principalFromKey } from '../../../lib/identity/index.ts';
import { familyId, type Holder } from '../../../lib/revocation/index.ts';
import { grantKey, holderKey } from '../../../lib/table/index.ts';
import { createMinting, type MintRequest } from '../../../lib/tokens/index.ts';
import { EVERYONE, grant, group, subject, user } from '../../support/grants/grants.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { type MemoryTable } from '../../support/table/memory-table.ts';
import { claimsOf } from '../../support/tokens/client-token.ts';
import { minting, tableOf } from '../../support/tokens/minting.ts';

const NOW = NOON * 1000;
const HOUR = 3600;
const ALICE = subject('alice', ['staff']);
const HOLDER = holderKey('doc', 'alice');

const vouching = (role: string, details: Partial<VouchedGrant> = {}): VouchedGrant => ({
  role,
  layers: [''],
  privateLayer: false,
  ...details,
});

const asking = (details: Partial<MintRequest> = {}): MintRequest => ({
  documentId: 'doc',
  layer: '',
  ttlSeconds: 900,
  grant: vouching('editor'),
  ...details,
});

/** A request that brings no grant. */
const askingHere = (documentId = 'doc', layer = ''): MintRequest => ({ documentId, layer, ttlSeconds: 900 });

async function tableWith(grants: readonly Grant[], holder?: Partial<Holder>): Promise<MemoryTable> {
  const table = await tableOf({ doc: grants });
  const warm = { epoch: NOW - 1, namedAt: NOW - 1, holdsUntil: NOON + HOUR, pending: {} };
  if (holder) table.store({ ...HOLDER, ...warm, builtFrom: new Set(['VOUCHED']), ...holder });
  return table;
}

const mint = (table: MemoryTable, request = asking(), person = ALICE) =>
  createMinting(minting({ table })).mintToken(person, request);

const READER = ['read-document', 'cover-image'];

describe('a vouched mint', () => {
  test('is one read of the holder item, even if that has only just been written', async () => {
    const table = await tableWith([grant(user('alice'), 'owner')], {});
    const read: string[] = [];
    table.before = (_, { sk }) => void read.push(sk);
    expect(await mint(table)).toMatchObject({ outcome: 'minted', family: familyId('doc', 'alice', NOW - 1) });
    expect(table.calls).toEqual(['batchGet']);
    expect(read).toEqual([HOLDER.sk]);
  });

  test('is one read and one write if there is no holder item, which then names no principal', async () => {
    const table = await tableWith([grant(user('alice'), 'owner')]);
    expect(await mint(table)).toMatchObject({ outcome: 'minted', family: familyId('doc', 'alice', NOW) });
    expect(table.calls).toEqual(['batchGet', 'put']);
    const item = table.stored(HOLDER);
    expect(item).toMatchObject({ builtFrom: new Set(['VOUCHED']), holdsUntil: NOON + HOUR });
    expect(principalFromKey('VOUCHED')).toBeUndefined();
  });

  test('of a user in many groups reads no more', async () => {
    const table = await tableWith([grant(group('g1'), 'owner')], {});
    const groups = Array.from({ length: 500 }, (_, number) => `g${number}`);
    expect(await mint(table, asking(), subject('alice', groups))).toMatchObject({ outcome: 'minted' });
    expect(table.calls).toEqual(['batchGet']);
    expect(table.itemsRead).toBe(1);
  });

  test('adds itself to a holder item of tokens from the table, and to one that ends too early', async () => {
    for (const holder of [{ builtFrom: new Set(['USER#alice']) }, { holdsUntil: NOON + 60 }]) {
      const table = await tableWith([], holder);
      expect(await mint(table)).toMatchObject({ outcome: 'minted' });
      expect(table.calls).toEqual(['batchGet', 'update']);
      expect(table.stored(HOLDER)).toMatchObject({ holdsUntil: NOON + HOUR });
      expect([...(table.stored(HOLDER)?.['builtFrom'] as Set<string>)]).toContain('VOUCHED');
    }
  });

  test('starts over if a revocation raises the epoch before its write, and its token is of the next family', async () => {
    const table = await tableWith([], { holdsUntil: NOON });
    let raised = false;
    table.before = (operation) => {
      if (operation !== 'update' || raised) return;
      raised = true;
      table.store({ ...HOLDER, epoch: NOW + 5, namedAt: NOW + 5, holdsUntil: 0, pending: {} });
    };
    const outcome = await mint(table);
    expect(outcome).toMatchObject({ outcome: 'minted', family: familyId('doc', 'alice', NOW + 5) });
    expect(table.stored(HOLDER)).toMatchObject({ epoch: NOW + 5, holdsUntil: NOON + HOUR });
  });

  test('that is refused writes nothing', async () => {
    const table = await tableWith([]);
    await mint(table, asking({ layer: 'draft' }));
    expect(table.calls).toEqual(['batchGet']);
  });
});

describe('the token', () => {
  test('is decided from the one grant of the request: stored grants neither add to it nor end it', async () => {
    const stored = [
      grant(user('alice'), 'owner', { defaultGroup: 'g', expiresAt: NOON + 60 }),
      grant(EVERYONE, 'editor'),
    ];
    const outcome = await mint(await tableWith(stored), asking({ grant: vouching('viewer') }));
    expect(outcome).toMatchObject({ permissions: READER, expiresAt: NOON + 900 });
    const claims = outcome.outcome === 'minted' ? await claimsOf(outcome.jwt) : undefined;
    expect(claims).not.toHaveProperty('default_group');
  });

  test('needs no stored grant, and a request without a grant still gets none from it', async () => {
    const table = await tableWith([]);
    expect(await mint(table)).toMatchObject({ outcome: 'minted' });
    expect(await mint(table, askingHere())).toEqual({ outcome: 'refused', reason: 'no-grant' });
  });

  test('has the default group of the grant, else of its role', async () => {
    const roles = parseRoles({
      roles: { member: { permissions: ['write'], defaultGroup: 'of {userId}' } },
    });
    for (const [details, expected] of [
      [{}, 'of alice'],
      [{ defaultGroup: 'class 7b' }, 'class 7b'],
    ] as const) {
      const world = minting({ table: await tableWith([]), roles });
      const request = asking({ grant: vouching('member', details) });
      const outcome = await createMinting(world).mintToken(ALICE, request);
      const claims = outcome.outcome === 'minted' ? await claimsOf(outcome.jwt) : undefined;
      expect(claims).toMatchObject({ default_group: expected });
    }
  });

  test('opens the private layer if the grant covers it', async () => {
    const layer = { private: true } as const;
    const opening = asking({ layer, grant: vouching('editor', { layers: [], privateLayer: true }) });
    expect(await mint(await tableWith([]), opening)).toMatchObject({ layer: 'user:alice' });
    expect(await mint(await tableWith([]), asking({ layer }))).toMatchObject({ outcome: 'refused' });
  });
});

describe('a vouched grant opens nothing', () => {
  const OPENS_NOTHING = { outcome: 'refused', reason: 'vouched-grant-opens-nothing' };
  const roles = parseRoles({
    roles: {
      team: { permissions: ['write'], defaultGroup: '{group}' },
      own: { permissions: ['write'], defaultGroup: '{userId}' },
    },
  });

  test.each(['draft', 'user:bob', 'user:alice'])(
    'on the layer %j, which it does not cover',
    async (layer) => {
      const grants = [
        vouching('editor'),
        ...(layer === 'draft' ? [] : [vouching('editor', { layers: ['*'] })]),
      ];
      for (const one of grants)
        expect(await mint(await tableWith([]), asking({ layer, grant: one }))).toEqual(OPENS_NOTHING);
    },
  );

  test.each([
    ['{group}', 'team', 'alice'],
    ['{userId}', 'own', 'a:b'],
  ])(
    'by a role with %s that stands for nothing, and the refusal says so',
    async (placeholder, role, userId) => {
      const world = minting({ table: await tableWith([]), roles });
      const request = asking({ grant: vouching(role) });
      expect(await createMinting(world).mintToken(subject(userId, ['staff']), request)).toEqual({
        ...OPENS_NOTHING,
        fault: expect.stringContaining(`${placeholder} cannot be filled in`) as unknown,
      });
    },
  );
});

describe('requests with and without a grant, for one person', () => {
  test('on one document: each is decided by its own rule, and the holder item names the sources of both', async () => {
    const table = await tableWith([grant(user('alice'), 'viewer')]);
    const outcomes = await createMinting(minting({ table })).mintTokens(ALICE, [
      asking(),
      askingHere(),
      asking({ layer: 'draft' }),
      askingHere('doc', 'draft'),
    ]);
    expect(outcomes).toMatchObject([
      { outcome: 'minted', permissions: ['read-document', 'write', 'download', 'cover-image'] },
      { outcome: 'minted', permissions: READER },
      { reason: 'vouched-grant-opens-nothing' },
      { reason: 'no-grant' },
    ]);
    // The stored grant is read again after the holder item was made.
    expect(table.calls).toEqual(['batchGet', 'put', 'batchGet']);
    expect(table.stored(HOLDER)).toMatchObject({ builtFrom: new Set(['USER#alice', 'VOUCHED']) });
  });

  test('on one document: the vouched one is no reason to use a stored grant that is gone by the second read', async () => {
    const table = await tableWith([grant(user('alice'), 'viewer')]);
    table.before = (operation) => {
      if (operation === 'put') table.drop(grantKey('doc', user('alice')));
    };
    const outcomes = await createMinting(minting({ table })).mintTokens(ALICE, [asking(), askingHere()]);
    expect(outcomes).toMatchObject([{ outcome: 'minted' }, { reason: 'no-grant' }]);
  });

  test('on many documents: one pass reads the holder items of all, and grants where a request brings none', async () => {
    const table = await tableOf({ b: [grant(user('alice'), 'viewer')], a: [grant(user('alice'), 'viewer')] });
    const read: string[] = [];
    table.before = (operation, { pk, sk }) => {
      if (operation === 'read') read.push(`${pk} ${sk}`);
    };
    const outcomes = await createMinting(minting({ table })).mintTokens(ALICE, [
      asking({ documentId: 'a' }),
      askingHere('b'),
      asking({ documentId: 'c' }),
    ]);
    expect(outcomes).toMatchObject([{ outcome: 'minted' }, { outcome: 'minted' }, { outcome: 'minted' }]);
    expect(table.calls).toEqual(['batchGet', 'put', 'put', 'put', 'batchGet']);
    expect(read.filter((key) => !key.startsWith('DOC#b'))).toEqual([
      'DOC#a HOLDER#alice',
      'DOC#c HOLDER#alice',
    ]);
  });

  test('a hundred vouched requests read a hundred items in one call', async () => {
    const table = await tableOf({});
    const ids = Array.from({ length: 100 }, (_, number) => `doc-${number}`);
    const outcomes = await createMinting(minting({ table })).mintTokens(
      ALICE,
      ids.map((documentId) => asking({ documentId })),
    );
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['minted']));
    expect(table.calls.filter((call) => call !== 'put')).toEqual(['batchGet']);
  });
});
