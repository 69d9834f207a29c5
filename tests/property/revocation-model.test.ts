import { afterAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { NOON } from '../support/runtime/clock.ts';
import { EVERYONE, grant, group, user } from '../support/grants/grants.ts';
import { exhaust } from '../support/interleaving/interleaving.ts';
import {
  expiry,
  mint,
  remove,
  revoke,
  set,
  steadily,
  sweeper,
  wait,
} from '../support/revocation/model/acts.ts';
import { everyEndOf, oneEndOf } from '../support/revocation/model/model.ts';
import { type Act, type Situation } from '../support/revocation/model/situation.ts';
import { grantKey, holderKey } from '../../lib/table/index.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

const ALICE = user('alice');
const STAFF = group('staff');
const IN_STAFF = { groups: ['staff'] };
const EDITOR = { doc: [grant(ALICE, 'editor')] };
const OF_STAFF = { doc: [grant(STAFF, 'editor')] };
const TWO_GRANTS = { doc: [grant(ALICE, 'viewer'), grant(STAFF, 'editor')] };

/** Alice has held a token for so long that her holder item is known well enough. */
const SETTLED = [mint('alice'), wait(2 * MINUTE)];

const FOUND: Readonly<Record<string, readonly Act[]>> = {
  'is absent': [],
  'names the grant since a moment ago': [mint('alice')],
  'has named the grant for long, until after the next token': SETTLED,
  'has named the grant for long, but not until after the next token': [
    mint('alice', { ttlSeconds: 900 }),
    wait(2 * MINUTE),
  ],
  'was revoked a moment ago': [mint('alice'), revoke({ userId: 'alice' })],
};

/** Whatever can come of these is looked at. */
const WHOLE: Readonly<Record<string, Situation>> = {
  ...Object.fromEntries(
    Object.entries(FOUND).map(([found, before]) => [
      `a mint and the removal of its grant, where the holder item ${found}`,
      { grants: EDITOR, before, beside: [mint('alice'), remove(ALICE)], faults: 2 },
    ]),
  ),
  'two mints and the removal of their grant': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice'), mint('alice', { ttlSeconds: 900 }), remove(ALICE)],
  },
  'a mint and a grant that is narrowed': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice'), set(ALICE, { role: 'viewer' })],
    faults: 1,
  },
  'a removal and the sweeper': {
    grants: EDITOR,
    before: SETTLED,
    beside: [sweeper, remove(ALICE)],
    faults: 1,
  },
  'a mint and a revocation of the document': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice'), revoke({ documentId: 'doc' })],
    faults: 1,
  },
  'a mint and a revocation of the user, by an index that lags': {
    grants: EDITOR,
    beside: [mint('alice'), revoke({ userId: 'alice' })],
    faults: 1,
    lags: true,
  },
  'a mint, a removal, and the deletion of a holder item whose time to live is past': {
    grants: EDITOR,
    before: [mint('alice'), wait(3 * DAY)],
    beside: [mint('alice'), remove(ALICE), expiry(holderKey('doc', 'alice'))],
  },
  'a mint, an expiry brought forward, time, and the deletion of what has expired': {
    grants: EDITOR,
    before: SETTLED,
    beside: [
      mint('alice'),
      set(ALICE, { role: 'editor', expiresAt: NOON + 420 }),
      wait(10 * MINUTE),
      expiry(grantKey('doc', ALICE)),
    ],
  },
  'a mint and the removal of a grant with two holders, a page for each': {
    grants: OF_STAFF,
    before: [mint('alice', IN_STAFF), mint('bob', IN_STAFF)],
    beside: [mint('alice', IN_STAFF), remove(STAFF)],
    largestPage: 1,
  },
};

/** Of these, whatever can come of them while those who could go on are interrupted no more than twice in all. */
const BOUNDED: Readonly<Record<string, Situation>> = {
  'a mint, a removal and the sweeper': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice'), remove(ALICE), steadily(sweeper)],
    faults: 1,
  },
  'a mint, a grant that is narrowed, and narrowed less': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice'), set(ALICE, { role: 'viewer' }), steadily(set(ALICE, { role: 'annotator' }))],
  },
  'a mint and the removal of both its grants': {
    grants: TWO_GRANTS,
    before: [mint('alice', IN_STAFF), wait(2 * MINUTE)],
    beside: [mint('alice', IN_STAFF), remove(ALICE), steadily(remove(STAFF))],
  },
  'a mint and two revocations, and then a removal': {
    grants: EDITOR,
    before: SETTLED,
    beside: [
      mint('alice'),
      steadily(revoke({ documentId: 'doc' })),
      steadily(revoke({ documentId: 'doc', userId: 'alice' })),
    ],
    afterwards: [remove(ALICE)],
  },
  'a revocation of a document with two holders, a page for each, and the sweeper': {
    grants: OF_STAFF,
    before: [mint('alice', IN_STAFF), mint('bob', IN_STAFF)],
    beside: [revoke({ documentId: 'doc' }), sweeper],
    largestPage: 1,
  },
};

/** Far too much to look at all of it. */
const LARGE: Readonly<Record<string, Situation>> = {
  'two mints, a removal, a revocation and the sweeper, through an outage': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice'), mint('alice'), remove(ALICE), revoke({ documentId: 'doc' }), sweeper],
    faults: 4,
  },
  'two people, two changes of what both have, a revocation of one of them, and two sweepers': {
    grants: { doc: [grant(STAFF, 'editor'), grant(EVERYONE, 'viewer'), grant(ALICE, 'annotator')] },
    before: [mint('alice', IN_STAFF), mint('bob', IN_STAFF), wait(2 * MINUTE)],
    beside: [
      mint('alice', IN_STAFF),
      mint('bob', IN_STAFF),
      set(STAFF, { role: 'viewer' }),
      remove(EVERYONE),
      revoke({ userId: 'alice' }),
      sweeper,
      sweeper,
    ],
    faults: 3,
    largestPage: 1,
    lags: true,
  },
};

const INTERRUPTIONS = 2;
const RANDOM_RUNS = 1000;

// Many runs, on machines of any speed.
jest.setTimeout(600_000);

const lines: string[] = [];

afterAll(() => {
  process.stdout.write(`${lines.join('\n')}\n`);
});

describe('no token lives on that the grants do not allow, and nobody who has grants is left without one', () => {
  test.each(Object.entries(WHOLE))('after %s, in any order', async (name, situation) => {
    const { sequences, states } = await everyEndOf(situation);
    lines.push(`${name}: all ${sequences.toLocaleString('en')} sequences, ${states} states`);
    expect(states).toBeGreaterThan(100);
  });

  test.each(Object.entries(BOUNDED))(
    'after %s, in any order with few interruptions',
    async (name, situation) => {
      const { sequences, states } = await everyEndOf({ ...situation, interruptions: INTERRUPTIONS });
      const count = sequences.toLocaleString('en');
      lines.push(
        `${name}: all ${count} sequences with up to ${INTERRUPTIONS} interruptions, ${states} states`,
      );
      expect(states).toBeGreaterThan(500);
    },
  );

  test.each(Object.entries({ ...BOUNDED, ...LARGE }))(
    'after %s, in random orders',
    async (name, situation) => {
      let ends = 0;
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat()), async (choices) => {
          await oneEndOf(situation, (of) => (choices.next().value ?? 0) % of);
          ends += 1;
        }),
        { numRuns: RANDOM_RUNS },
      );
      lines.push(`${name}: ${ends} sequences at random`);
      expect(ends).toBe(RANDOM_RUNS);
    },
  );
});

const EITHER_WAY: Readonly<Record<string, Situation>> = {
  'whatever the order': { grants: EDITOR, beside: [mint('alice'), remove(ALICE)], faults: 1 },
  'where interruptions are few': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice'), steadily(remove(ALICE)), steadily(sweeper)],
    interruptions: INTERRUPTIONS,
  },
};

test.each(Object.entries(EITHER_WAY))(
  'seeing once what two orders lead to alike leaves none of them out, %s',
  async (_, situation) => {
    const { sequences, runs } = await everyEndOf(situation);
    const all = await exhaust((choose) => oneEndOf(situation, choose));
    expect(sequences).toBe(BigInt(all));
    expect(runs).toBeLessThan(all);
  },
);
