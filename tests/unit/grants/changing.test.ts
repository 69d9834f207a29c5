import { beforeEach, describe, expect, test } from '@jest/globals';
import { grantToItem, removeGrant, setGrant, type GrantContent } from '../../../lib/grants/index.ts';
import { grantKey, StoreUnavailableError } from '../../../lib/table/index.ts';
import {
  administering,
  ALICE,
  BACKEND,
  BOB,
  change,
  meanwhile,
  ROLES_WITHOUT_OWNER,
  tableOfAlice,
  VIEWER,
} from '../../support/grants/administration.ts';
import { grant, group, user } from '../../support/grants/grants.ts';
import { NOON } from '../../support/runtime/clock.ts';
import { type MemoryTable } from '../../support/table/memory-table.ts';

let table: MemoryTable;

beforeEach(() => {
  table = tableOfAlice();
});

describe('a grant that is changed while another change is under way', () => {
  test('is read again: a former owner without an owner grant changes nothing', async () => {
    meanwhile(table, () => {
      table.store(grantToItem('doc', grant(user('bob'), 'viewer', { etag: 'newer' })));
      table.drop(grantKey('doc', user('alice')));
    });
    const outcome = await setGrant(ALICE, change(), { ...VIEWER, role: 'editor' }, administering(table));
    expect(outcome).toMatchObject({ outcome: 'refused', reason: 'no-owner' });
    expect(table.stored(BOB)).toMatchObject({ role: 'viewer', etag: 'newer' });
  });

  test('does not slip through the owner rules: a grant that outgrew the owner is neither replaced nor removed', async () => {
    table.store(grantToItem('doc', grant(user('alice'), 'owner', { layers: ['a'] })));
    const beyond = grantToItem('doc', grant(user('bob'), 'viewer', { layers: ['b'], etag: 'newer' }));
    for (const attempt of [
      () => setGrant(ALICE, change(), { ...VIEWER, role: 'editor', layers: ['a'] }, administering(table)),
      () => removeGrant(ALICE, change(), administering(table)),
    ]) {
      table.store(grantToItem('doc', grant(user('bob'), 'viewer', { layers: ['a'] })));
      meanwhile(table, () => {
        table.store(beyond);
      });
      expect(await attempt()).toMatchObject({
        reason: 'beyond-own-grants',
        of: 'present',
        beyond: { layer: 'b' },
      });
      expect(table.stored(BOB)).toEqual(beyond);
    }
  });

  test('is a new grant in the place of a removed one: the precondition is asked about it', async () => {
    meanwhile(table, () => {
      table.store(grantToItem('doc', grant(user('bob'), 'viewer')));
    });
    const precondition = (etag: string | undefined): boolean => etag === undefined;
    const outcome = await setGrant(BACKEND, change({ precondition }), VIEWER, administering(table));
    expect(outcome).toMatchObject({ reason: 'precondition-failed' });
  });

  test('during every attempt makes the change fail as unavailable', async () => {
    meanwhile(
      table,
      (attempt) => {
        table.store(grantToItem('doc', grant(user('bob'), 'viewer', { etag: `etag ${attempt}` })));
      },
      Infinity,
    );
    await expect(
      setGrant(BACKEND, change(), { ...VIEWER, role: 'editor' }, administering(table)),
    ).rejects.toThrow(StoreUnavailableError);
    await expect(removeGrant(BACKEND, change(), administering(table))).rejects.toThrow(StoreUnavailableError);
  });
});

describe("a change of the caller's own grant", () => {
  test('reads it once, as BatchGetItem refuses repeated keys', async () => {
    const outcome = await setGrant(
      ALICE,
      change({ principal: user('alice') }),
      { ...VIEWER, role: 'owner', layers: ['*'] },
      administering(table),
    );
    expect(outcome).toMatchObject({ outcome: 'unchanged' });
    expect(table.calls).toEqual(['batchGet']);
  });

  test('is refused to an owner if the role file has no role "owner" any more', async () => {
    expect(await setGrant(ALICE, change(), VIEWER, administering(table, ROLES_WITHOUT_OWNER))).toMatchObject({
      reason: 'no-owner',
    });
  });
});

describe('an unreadable item in the place of a grant', () => {
  const unreadable = { ...BOB, role: 7, principal: 'USER#bob' };

  test.each([unreadable, { ...unreadable, etag: 'x' }, { ...unreadable, etag: 3 }])(
    'counts as no grant, and a new grant replaces it: %j',
    async (item) => {
      table.store(item);
      expect(await removeGrant(BACKEND, change(), administering(table))).toMatchObject({
        reason: 'no-grant',
      });
      expect(await setGrant(BACKEND, change(), VIEWER, administering(table))).toMatchObject({
        outcome: 'created',
      });
      expect(table.stored(BOB)).toMatchObject({ role: 'viewer', grantedAt: NOON });
    },
  );
});

test('an owner by two grants can remove one without a look for other owners', async () => {
  table.store(grantToItem('doc', grant(group('owners'), 'owner', { layers: ['*'] })));
  const outcome = await removeGrant(ALICE, change({ principal: user('alice') }), administering(table));
  expect(outcome).toMatchObject({ outcome: 'removed' });
  expect(table.calls).not.toContain('query');
});

test('the removal of a grant that makes no owner never depends on other owners, even if the grant opens nothing', async () => {
  table.store(grantToItem('doc', grant(user('alice'), 'owner', { layers: ['*'], expiresAt: NOON + 60 })));
  table.store(grantToItem('doc', grant(user('bob'), 'viewer', { layers: [] })));
  expect(await removeGrant(ALICE, change(), administering(table))).toMatchObject({ outcome: 'removed' });
  expect(table.calls).not.toContain('query');
});

describe('setting a grant with other content', () => {
  const before: GrantContent = {
    role: 'viewer',
    layers: ['a', 'b'],
    privateLayer: true,
    defaultGroup: 'g',
    expiresAt: NOON + 60,
  };

  beforeEach(() => {
    table.store(grantToItem('doc', grant(user('bob'), before.role, before)));
  });

  test.each<readonly [string, GrantContent]>([
    ['role', { ...before, role: 'editor' }],
    ['layers', { ...before, layers: ['a'] }],
    ['private layer', { ...before, privateLayer: false }],
    ['default group', { ...before, defaultGroup: 'h' }],
    ['expiry', { ...before, expiresAt: NOON + 61 }],
  ])('writes it if only the %s differs', async (_, content) => {
    expect(await setGrant(BACKEND, change(), content, administering(table))).toMatchObject({
      outcome: 'changed',
    });
    expect(table.stored(BOB)).toMatchObject({ ...content, grantedBy: 'backend' });
  });

  test('writes nothing if only the order of the layers differs', async () => {
    const content = { ...before, layers: ['b', 'a'] };
    expect(await setGrant(BACKEND, change(), content, administering(table))).toMatchObject({
      outcome: 'unchanged',
    });
    expect(table.calls).not.toContain('put');
  });
});

test('the removal of an owner looks for another one in at most 5,000 items, and then asks for a decision', async () => {
  for (let number = 0; number < 5100; number += 1)
    table.store(grantToItem('doc', grant(user(`a-${number}`), 'viewer')));
  const last = change({ principal: user('alice') });
  expect(await removeGrant(ALICE, last, administering(table))).toMatchObject({ reason: 'too-many-grants' });
  expect(table.itemsRead).toBeLessThanOrEqual(5000);
  const outcome = await removeGrant(ALICE, { ...last, allowNoOwner: true }, administering(table));
  expect(outcome).toMatchObject({ outcome: 'removed' });
});
