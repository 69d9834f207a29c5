import { describe, expect, test } from '@jest/globals';
import { GrantStore, parseRoles, type Grant } from '../../../../lib/grants/index.ts';
import { thumbprint, type PublishedKey } from '../../../../lib/signing-keys/index.ts';
import { holderKey } from '../../../../lib/table/index.ts';
import {
  createMinting,
  explainToken,
  type Explanation,
  type MintedToken,
  type MintRefusal,
  type MintRequest,
} from '../../../../lib/tokens/index.ts';
import { fixedPublicKey, fixedSigningKeys } from '../../../support/signing-keys/fixed-signing-key.ts';
import {
  newPublishedKey,
  publishedItem,
  publishedKey,
} from '../../../support/signing-keys/published-keys.ts';
import { EVERYONE, grant, group, subject, user } from '../../../support/grants/grants.ts';
import { NOON } from '../../../support/runtime/clock.ts';
import { minting, tableOf, type Minting } from '../../../support/tokens/minting.ts';

const HOUR = 3600;
const NOW = NOON * 1000;
const ALICE = subject('alice', ['staff']);
const HOLDER = holderKey('doc', 'alice');

const asking = (details: Partial<MintRequest> = {}): MintRequest => ({
  documentId: 'doc',
  layer: '',
  ttlSeconds: 900,
  ...details,
});

async function worldWith(grants: readonly Grant[], given: Partial<Minting> = {}): Promise<Minting> {
  return minting({ table: await tableOf({ doc: grants }), ...given });
}

const explainIn = (world: Minting, request = asking(), who = ALICE): Promise<Explanation> =>
  explainToken(who, request, { ...world, store: new GrantStore(world.table) });

/** Lists the verdict on the grant of each principal: `counts`, or the reason. */
const verdicts = ({ grants }: Explanation): unknown[] =>
  grants.map(({ grant: { principal }, verdict }) => [
    principal.kind === 'user' ? principal.id : principal.kind === 'group' ? principal.name : principal.kind,
    verdict.counts ? 'counts' : verdict.reason,
  ]);

describe('an explanation', () => {
  test('lists the grants that count, then the others of the user, then those of groups and users that are not named', async () => {
    const world = await worldWith([
      grant(EVERYONE, 'viewer'),
      grant(user('alice'), 'viewer', { layers: ['draft'] }),
      grant(group('staff'), 'editor'),
      grant(group('guests'), 'viewer', { layers: ['draft'] }),
      grant(group('lawyers'), 'editor'),
      grant(user('bob'), 'editor'),
    ]);
    const explanation = await explainIn(world);
    expect(verdicts(explanation)).toEqual([
      ['staff', 'counts'],
      ['alice', 'other-layer'],
      ['everyone', 'adds-nothing'],
      ['lawyers', 'other-group'],
      ['bob', 'other-user'],
      ['guests', 'other-group'],
    ]);
    expect(explanation.decision).toMatchObject({ outcome: 'allowed', expiresAt: NOON + 900 });
  });

  test('tells of a grant with a retired role, of one whose placeholder cannot be filled in, and of one that has ended', async () => {
    const roles = parseRoles({
      roles: {
        own: {
          permissions: ['read-document', 'write'],
          collaborationPermissions: ['annotations:edit:createdBy={userId}'],
        },
      },
    });
    const who = subject('x:y', ['staff']);
    const grants = [
      grant(user('x:y'), 'own'),
      grant(group('staff'), 'retired'),
      grant(EVERYONE, 'own', { expiresAt: NOON }),
    ];
    const explanation = await explainIn(await worldWith(grants, { roles }), asking(), who);
    expect(verdicts(explanation)).toEqual(
      expect.arrayContaining([
        ['x:y', 'placeholder'],
        ['staff', 'unknown-role'],
        ['everyone', 'expired'],
      ]),
    );
    expect(explanation).toMatchObject({ decision: { reason: 'no-grant' }, wouldExpiredAllow: false });
  });

  test('tells that an expired grant would have allowed a refused request', async () => {
    const world = await worldWith([grant(user('alice'), 'viewer', { expiresAt: NOON - 1 })]);
    expect(await explainIn(world)).toMatchObject({ wouldExpiredAllow: true });
    expect(await explainIn(world, asking({ permissions: ['write'] }))).toMatchObject({
      wouldExpiredAllow: false,
    });
  });

  test('counts the grants that bring some of what was asked for, if that is not enough', async () => {
    const world = await worldWith([grant(user('alice'), 'viewer'), grant(EVERYONE, 'thumbnail')]);
    const explanation = await explainIn(world, asking({ permissions: ['read-document', 'write'] }));
    expect(explanation.decision).toMatchObject({ reason: 'permissions-not-granted', permissions: ['write'] });
    expect(verdicts(explanation)).toEqual([
      ['alice', 'counts'],
      ['everyone', 'not-asked-for'],
    ]);
  });

  test('of a private layer that the user cannot have: every grant is for another layer', async () => {
    const who = subject('*');
    const world = await worldWith([grant(user('*'), 'editor', { privateLayer: true })]);
    const explanation = await explainIn(world, asking({ layer: { private: true } }), who);
    expect(explanation).not.toHaveProperty('layer');
    expect(explanation.decision).toMatchObject({ reason: 'no-grant' });
    expect(verdicts(explanation)).toEqual([['*', 'other-layer']]);
  });

  test('of a vouched grant: it alone decides, and no grant of the document is read', async () => {
    const world = await worldWith([grant(user('alice'), 'owner')]);
    const vouched = { role: 'viewer', layers: [''], privateLayer: false };
    const explanation = await explainIn(world, asking({ grant: vouched }));
    expect(verdicts(explanation)).toEqual([['vouched', 'counts']]);
    expect(explanation.decision).toMatchObject({ permissions: ['read-document', 'cover-image'] });
    expect(world.table.calls).toEqual(['batchGet']);
  });

  test('writes nothing and reads no more than 200 grants of others, however many there are', async () => {
    const others = Array.from({ length: 450 }, (_, number) => grant(user(`user-${number}`), 'viewer'));
    const world = await worldWith([...others, grant(user('alice'), 'viewer')]);
    const explanation = await explainIn(world);
    expect(explanation).toMatchObject({ more: true, decision: { outcome: 'allowed' } });
    expect(explanation.grants.length).toBeLessThanOrEqual(201);
    expect(verdicts(explanation)[0]).toEqual(['alice', 'counts']);
    expect(new Set(world.table.calls)).toEqual(new Set(['batchGet', 'query']));
    expect(world.table.stored(HOLDER)).toBeUndefined();
  });
});

describe('the live tokens', () => {
  const holder = {
    ...HOLDER,
    epoch: NOW - 60_000,
    namedAt: NOW - 60_000,
    holdsUntil: NOON + HOUR,
    builtFrom: new Set(['USER#alice', 'GROUP#secret-project']),
    pending: {},
  };

  async function liveTokensWith(item?: object): Promise<Explanation['liveTokens']> {
    const world = await worldWith([]);
    if (item) world.table.store({ ...holder, ...item });
    return (await explainIn(world)).liveTokens;
  }

  test('are absent if no token was minted', async () => {
    expect(await liveTokensWith()).toBeUndefined();
  });

  test('may live until the latest expiry, and say nothing of the groups that they were minted with', async () => {
    expect(await liveTokensWith({})).toEqual({
      since: NOON - 60,
      until: NOON + HOUR,
      revocationsWaiting: 0,
    });
  });

  test('are none after their latest expiry, and after a revocation', async () => {
    expect(await liveTokensWith({ holdsUntil: NOON })).not.toHaveProperty('until');
    expect(await liveTokensWith({ holdsUntil: 0, builtFrom: new Set(['-']) })).not.toHaveProperty('until');
  });

  test('name the revocations that wait, and the time of the oldest', async () => {
    const pending = { [NOW - 600_000]: NOON + 60, [NOW - 300_000]: NOON + 60 };
    expect(await liveTokensWith({ pending })).toMatchObject({
      revocationsWaiting: 2,
      waitingSince: NOON - 300,
    });
    expect(await liveTokensWith({ pending: { [NOW - 600_000]: NOON + 60 } })).toMatchObject({
      revocationsWaiting: 1,
      waitingSince: NOON - 60,
    });
  });

  test('are as many as a mint takes: beyond that, the explanation fails as the mint does', async () => {
    const pending = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [NOW - 1e6 - at, NOON + 60]));
    const world = await worldWith([grant(user('alice'), 'viewer')]);
    world.table.store({ ...holder, builtFrom: new Set(['EVERYONE']), pending });
    const { decision } = await explainIn(world);
    expect(decision).toMatchObject({ outcome: 'failed', error: { code: 'REVOCATIONS_PENDING' } });
    await expect(createMinting(world).mintToken(ALICE, asking())).rejects.toMatchObject({
      code: 'REVOCATIONS_PENDING',
    });
    // A token that the item records already needs no further room.
    world.table.store({ ...holder, pending });
    expect((await explainIn(world)).decision).toMatchObject({ outcome: 'allowed' });
  });
});

describe('a token that is too long', () => {
  const longName = (length: number): ReturnType<typeof parseRoles> =>
    parseRoles({
      roles: {
        wordy: {
          permissions: ['read-document'],
          collaborationPermissions: Array.from(
            { length: 10 },
            (_, at) => `annotations:view:group=${at}-${'x'.repeat(at === 0 ? length : 480)}`,
          ),
        },
      },
    });

  /** Makes a world with a role whose name has a length, and the key that signs. */
  async function worldOfLength(
    length: number,
    key: PublishedKey,
    given: Partial<Minting> = {},
  ): Promise<Minting> {
    const world = await worldWith([grant(user('alice'), 'wordy')], { roles: longName(length), ...given });
    world.table.store(publishedItem(key));
    return world;
  }

  /** Finds the longest name with which a token is not too long. */
  async function longestWith(key: PublishedKey): Promise<number> {
    let [low, high] = [0, 3000];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const { decision } = await explainIn(await worldOfLength(middle, key));
      if (decision.outcome === 'allowed') low = middle;
      else high = middle;
    }
    return low;
  }

  test('is refused from exactly the length at which a mint refuses it', async () => {
    const kid = await thumbprint(fixedPublicKey);
    const signingKeys = { current: async () => ({ ...(await fixedSigningKeys.current()), kid }) };
    const key = publishedKey({ kid });
    const longest = await longestWith(key);
    const mintWith = async (length: number): Promise<MintedToken | MintRefusal> =>
      createMinting(await worldOfLength(length, key, { signingKeys })).mintToken(ALICE, asking());
    expect(await mintWith(longest)).toMatchObject({ outcome: 'minted' });
    const { decision } = await explainIn(await worldOfLength(longest + 1, key));
    expect(decision).toEqual(await mintWith(longest + 1));
    expect(decision).toMatchObject({ reason: 'token-too-large' });
  });

  test('has the signature of the key that signs now: a longer one for RSA', async () => {
    const [shortest = 0, ofES512 = 0, ofRS256 = 0] = await Promise.all(
      (['ES256', 'ES512', 'RS256'] as const).map((alg) => longestWith(newPublishedKey(alg).published)),
    );
    // Signatures of 64, 132 and 256 bytes. Base64url of each part of a token is rounded up.
    expect(Math.abs(shortest - ofES512 - 68)).toBeLessThanOrEqual(2);
    expect(Math.abs(shortest - ofRS256 - 192)).toBeLessThanOrEqual(2);
  });
});
