import { EVERYONE, grant, group, user } from '../../grants/grants.ts';
import { NOON } from '../../runtime/clock.ts';
import { grantKey, holderKey } from '../../../../lib/table/index.ts';
import {
  andThen,
  expiry,
  frozen,
  later,
  mint,
  remove,
  removeAll,
  revoke,
  set,
  steadily,
  sweeper,
  wait,
} from './acts.ts';
import { type Act, type Situation } from './situation.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

const ALICE = user('alice');
const STAFF = group('staff');
const IN_STAFF = { groups: ['staff'] };
/** So many groups that a mint queries the grants. */
export const IN_MANY = { groups: ['staff', 'one', 'two'] };
const EDITOR = { doc: [grant(ALICE, 'editor')] };
const OF_STAFF = { doc: [grant(STAFF, 'editor')] };
const TWO_GRANTS = { doc: [grant(ALICE, 'viewer'), grant(STAFF, 'editor')] };

/** Alice has held a token long enough for a mint to rely on her holder item. */
const SETTLED = [mint('alice'), wait(17 * MINUTE)];

const FOUND: Readonly<Record<string, readonly Act[]>> = {
  'is absent': [],
  'names the grant since a moment ago': [mint('alice')],
  'has named the grant for long, until after the next token': SETTLED,
  'has named the grant for long, but not until after the next token': [
    mint('alice', { ttlSeconds: 1800 }),
    wait(17 * MINUTE),
  ],
  'was revoked a moment ago': [mint('alice'), revoke({ userId: 'alice' })],
};

/** Situations of which every course is explored. */
export const WHOLE: Readonly<Record<string, Situation>> = {
  ...Object.fromEntries(
    Object.entries(FOUND).map(([found, before]) => [
      `a mint and the removal of its grant, when the holder item ${found}`,
      { grants: EDITOR, before, beside: [mint('alice'), remove(ALICE)], faults: 2 },
    ]),
  ),
  'a mint by a query of the grants and the removal of its grant': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice', IN_MANY), remove(ALICE)],
    faults: 1,
  },
  'a first mint by a query of the grants and the removal of its grant': {
    grants: EDITOR,
    beside: [mint('alice', IN_MANY), remove(ALICE)],
  },
  'a mint by keys after a query that is too short, and the removal of its grant': {
    grants: TWO_GRANTS,
    before: SETTLED,
    beside: [mint('alice', IN_MANY), remove(ALICE)],
    largestPage: 1,
  },
  'two mints and the removal of their grant': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice'), mint('alice', { ttlSeconds: 1800 }), remove(ALICE)],
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
  'a mint and a revocation of the user for the document': {
    grants: EDITOR,
    beside: [mint('alice'), revoke({ userId: 'alice', documentId: 'doc' })],
    faults: 1,
  },
  'a mint and a revocation of the user, by an index that lags': {
    grants: EDITOR,
    beside: [mint('alice'), revoke({ userId: 'alice' })],
    faults: 1,
    lags: true,
  },
  'a mint, a removal, and the deletion of an expired holder item': {
    grants: EDITOR,
    before: [mint('alice'), wait(3 * DAY)],
    beside: [mint('alice'), remove(ALICE), expiry(holderKey('doc', 'alice'))],
  },
  'a mint, an expiry brought forward, time, and the deletion of the expired grant': {
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

/** Situations with a process that is frozen at any call, its caller answered, and thawed at any later step. */
export const FROZEN: Readonly<Record<string, Situation>> = {
  'a change whose caller is answered early, and a second one of the same caller': {
    grants: { doc: [grant(ALICE, 'viewer')] },
    beside: [andThen(frozen(steadily(set(ALICE, { role: 'owner' }))), ALICE, { role: 'commenter' })],
  },
  'the removal of all grants whose caller is answered early, and a grant that is set after it': {
    grants: { doc: [grant(ALICE, 'viewer'), grant(STAFF, 'viewer')] },
    beside: [andThen(frozen(removeAll), ALICE, { role: 'commenter' })],
  },
  'a mint that is frozen, time, another mint, and the removal of their grant': {
    grants: EDITOR,
    beside: [frozen(mint('alice')), wait(2 * MINUTE), later(mint('alice')), later(steadily(remove(ALICE)))],
    interruptions: 1,
  },
  'a mint that is frozen for longer than AWS accepts its request, another mint, and the removal of their grant':
    {
      grants: EDITOR,
      beside: [
        frozen(mint('alice')),
        wait(17 * MINUTE),
        later(mint('alice')),
        later(steadily(remove(ALICE))),
      ],
      interruptions: 1,
    },
  'a mint and a revocation of the document, both frozen': {
    grants: EDITOR,
    before: SETTLED,
    beside: [frozen(mint('alice')), frozen(steadily(revoke({ documentId: 'doc' }))), wait(2 * MINUTE)],
    interruptions: 1,
  },
  'a removal that is frozen, a mint and the sweeper': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice'), frozen(steadily(remove(ALICE))), steadily(sweeper)],
    interruptions: 1,
  },
  'a sweeper that is frozen, a mint and a removal': {
    grants: EDITOR,
    before: [mint('alice'), revoke({ userId: 'alice' }), wait(2 * MINUTE)],
    beside: [frozen(steadily(sweeper)), mint('alice'), steadily(remove(ALICE))],
    interruptions: 1,
  },
};

/**
 * Situations of which every course is explored that interrupts the actors at most twice in all. Only an interruption of
 * an actor that could continue counts.
 */
export const BOUNDED: Readonly<Record<string, Situation>> = {
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

/** Situations with far too many courses to explore all. */
export const LARGE: Readonly<Record<string, Situation>> = {
  'two mints, a removal, a revocation and the sweeper, through an outage': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice'), mint('alice'), remove(ALICE), revoke({ documentId: 'doc' }), sweeper],
    faults: 4,
  },
  'two people, two changes of their common grants, a revocation of one of them, and two sweepers': {
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

/** The most interruptions in all of actors that could continue. */
export const INTERRUPTIONS = 2;

/** Situations in which several orders lead to the same state. */
export const EITHER_WAY: Readonly<Record<string, Situation>> = {
  'whatever the order': { grants: EDITOR, beside: [mint('alice'), remove(ALICE)], faults: 1 },
  'with few interruptions': {
    grants: EDITOR,
    before: SETTLED,
    beside: [mint('alice'), steadily(remove(ALICE)), steadily(sweeper)],
    interruptions: INTERRUPTIONS,
  },
};
