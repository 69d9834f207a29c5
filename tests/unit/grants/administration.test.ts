import { beforeEach, describe, expect, test } from '@jest/globals';
import rolesFile from '../../../infra/roles/roles.json' with { type: 'json' };
import {
  GrantStore,
  grantToItem,
  listGrants,
  parseRoles,
  removeAllGrants,
  removeGrant,
  setGrant,
  type AdministrationDependencies,
  type Administrator,
  type Change,
  type GrantContent,
  type Roles,
} from '../../../lib/grants/index.ts';
import { ManualClock, NOON } from '../../support/runtime/clock.ts';
import { grant, group, pageOf, subject, user } from '../../support/grants/grants.ts';
import { MemoryTable } from '../../support/table/memory-table.ts';
import { grantKey, StoreUnavailableError } from '../../../lib/table/index.ts';

const ROLES = parseRoles(rolesFile);
const VIEWER: GrantContent = { role: 'viewer', layers: [''], privateLayer: false };
const ALICE: Administrator = { subject: subject('alice', ['owners']), unbound: false };
const BACKEND: Administrator = { subject: subject('backend'), unbound: true };
const BOB = grantKey('doc', user('bob'));

const change = (details: Partial<Change> = {}): Change => ({
  documentId: 'doc',
  principal: user('bob'),
  precondition: () => true,
  allowNoOwner: false,
  ...details,
});

let table: MemoryTable;

const working = (roles: Roles = ROLES): AdministrationDependencies => ({
  store: new GrantStore(table),
  roles,
  clock: new ManualClock(),
});

beforeEach(() => {
  table = new MemoryTable(grantToItem('doc', grant(user('alice'), 'owner', { layers: ['*'] })));
});

/** Does something between the read and the write of the first `times` attempts. */
function meanwhile(meddle: (attempt: number) => void, times = 1): void {
  let attempt = 0;
  table.before = (operation, { sk }) => {
    if (operation !== 'put' || sk !== BOB.sk || attempt >= times) return;
    attempt += 1;
    meddle(attempt);
  };
}

describe('what is changed while a change is under way', () => {
  test('is looked at again: an owner whose grant was taken away meanwhile changes nothing', async () => {
    meanwhile(() => {
      table.store(grantToItem('doc', grant(user('bob'), 'viewer', { etag: 'newer' })));
      table.drop(grantKey('doc', user('alice')));
    });
    const outcome = await setGrant(ALICE, change(), { ...VIEWER, role: 'editor' }, working());
    expect(outcome).toMatchObject({ outcome: 'refused', reason: 'no-owner' });
    expect(table.stored(BOB)).toMatchObject({ role: 'viewer', etag: 'newer' });
  });

  test('does not slip through the owner rules: a grant that outgrew the owner is neither replaced nor removed', async () => {
    table.store(grantToItem('doc', grant(user('alice'), 'owner', { layers: ['a'] })));
    const beyond = grantToItem('doc', grant(user('bob'), 'viewer', { layers: ['b'], etag: 'newer' }));
    for (const attempt of [
      () => setGrant(ALICE, change(), { ...VIEWER, role: 'editor', layers: ['a'] }, working()),
      () => removeGrant(ALICE, change(), working()),
    ]) {
      table.store(grantToItem('doc', grant(user('bob'), 'viewer', { layers: ['a'] })));
      meanwhile(() => {
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
    meanwhile(() => {
      table.store(grantToItem('doc', grant(user('bob'), 'viewer')));
    });
    const precondition = (etag: string | undefined): boolean => etag === undefined;
    const outcome = await setGrant(BACKEND, change({ precondition }), VIEWER, working());
    expect(outcome).toMatchObject({ reason: 'precondition-failed' });
  });

  test('again and again makes the change give up, and say to try again', async () => {
    meanwhile((attempt) => {
      table.store(grantToItem('doc', grant(user('bob'), 'viewer', { etag: `etag ${attempt}` })));
    }, Infinity);
    await expect(setGrant(BACKEND, change(), { ...VIEWER, role: 'editor' }, working())).rejects.toThrow(
      StoreUnavailableError,
    );
    await expect(removeGrant(BACKEND, change(), working())).rejects.toThrow(StoreUnavailableError);
  });

  test('does not keep a grant from being removed with all the others', async () => {
    table.store(grantToItem('doc', grant(user('bob'), 'viewer')));
    meanwhile(() => {
      table.store(grantToItem('doc', grant(user('bob'), 'editor', { etag: 'newer' })));
    });
    const removals = await removeAllGrants('doc', working());
    expect(removals.map(({ principal }) => principal)).toEqual([user('alice'), user('bob')]);
    expect(table.stored(BOB)).toMatchObject({ removed: true });
  });
});

describe('a caller whose own grant is the one to be changed', () => {
  test('reads it once, as BatchGetItem refuses repeated keys', async () => {
    const outcome = await setGrant(
      ALICE,
      change({ principal: user('alice') }),
      { ...VIEWER, role: 'owner', layers: ['*'] },
      working(),
    );
    expect(outcome).toMatchObject({ outcome: 'unchanged' });
    expect(table.calls).toEqual(['batchGet']);
  });

  test('is an owner of nothing where the role file has no owners any more', async () => {
    const roles = new Map([...ROLES].filter(([name]) => name !== 'owner'));
    expect(await setGrant(ALICE, change(), VIEWER, working(roles))).toMatchObject({ reason: 'no-owner' });
    expect(await listGrants(ALICE, 'doc', pageOf(50), undefined, working(roles))).toMatchObject({
      reason: 'no-owner',
    });
  });
});

describe('what cannot be read in the place of a grant', () => {
  const unreadable = { ...BOB, role: 7, principal: 'USER#bob' };

  test.each([unreadable, { ...unreadable, etag: 'x' }, { ...unreadable, etag: 3 }])(
    'counts as none, and a new grant takes its place: %j',
    async (item) => {
      table.store(item);
      expect(await removeGrant(BACKEND, change(), working())).toMatchObject({ reason: 'no-grant' });
      expect(await setGrant(BACKEND, change(), VIEWER, working())).toMatchObject({ outcome: 'created' });
      expect(table.stored(BOB)).toMatchObject({ role: 'viewer', grantedAt: NOON });
    },
  );
});

test('an owner by two grants who gives one up is not asked about other owners', async () => {
  table.store(grantToItem('doc', grant(group('owners'), 'owner', { layers: ['*'] })));
  const outcome = await removeGrant(ALICE, change({ principal: user('alice') }), working());
  expect(outcome).toMatchObject({ outcome: 'removed' });
  expect(table.calls).not.toContain('query');
});

test('a long run of grants that are expired ends a page early, and says where the next begins', async () => {
  const name = (number: number): string => `user-${String(number).padStart(4, '0')}`;
  for (let number = 0; number < 2100; number += 1) {
    table.store(grantToItem('many', grant(user(name(number)), 'viewer', { expiresAt: NOON })));
  }
  const page = await listGrants(BACKEND, 'many', pageOf(50), undefined, working());
  expect(page).toEqual({ outcome: 'listed', entries: [], next: user(name(1999)) });
});
