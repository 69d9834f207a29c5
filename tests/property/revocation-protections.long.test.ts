import { describe, expect, jest, test } from '@jest/globals';
import { grant, user } from '../support/grants/grants.ts';
import {
  clearMarkFirst,
  expiry,
  mint,
  remove,
  revoke,
  set,
  steadily,
  wait,
} from '../support/revocation/model/acts.ts';
import { everyEndOf, Violation } from '../support/revocation/model/model.ts';
import { type Situation } from '../support/revocation/model/situation.ts';
import { SHARED } from '../support/revocation/model/shared-situations.ts';
import { FROZEN, IN_MANY } from '../support/revocation/model/situations.ts';
import { REVOKED, vouchedMint } from '../support/revocation/model/vouched-situations.ts';
import {
  answersNotRead,
  changing,
  clearing,
  deadlineIgnored,
  goingOn,
  grantsNotReadAgain,
  growing,
  holderItemsTakenForOld,
  holdersNotWritten,
  holdersNamedOnSending,
  holdersSoonDeleted,
  jobsNotWritten,
  keeping,
  making,
  passedOverForgotten,
  raising,
  settling,
  withoutAttributes,
  withoutCondition,
  withUpdate,
} from '../support/revocation/model/weaknesses.ts';
import { holderKey } from '../../lib/table/index.ts';

const MINUTE = 60_000;

const ALICE = user('alice');
const EDITOR = { doc: [grant(ALICE, 'editor')] };

const SETTLED = [mint('alice'), wait(17 * MINUTE)];
const SHORT_LIVED = [mint('alice', { ttlSeconds: 1800 }), wait(17 * MINUTE)];

const UNGRANTED = 'a token is still accepted although the grants do not allow it';
const UNREVOKED = 'a revoked token is still accepted';
const UNDONE = 'a change that was answered early took effect after a later one of its caller';

/** A protection, with the situation that needs it. */
interface Protection {
  readonly situation: Situation;
  /** The changes of the situation that remove the protection. */
  readonly weakened: Partial<Situation>;
  readonly prevents: string;
}

const [CHANGED_TWICE = none(), REMOVED_AND_SET = none(), FROZEN_MINT = none()] = Object.values(FROZEN);

const [
  TWO_REQUESTS = none(),
  PASSED_OVER = none(),
  SWEPT_TWICE = none(),
  REMOVED_AGAIN = none(),
  FROZEN_QUERY = none(),
] = Object.values(SHARED);

function none(): never {
  throw new TypeError('situations are missing');
}

const PROTECTIONS: Readonly<Record<string, Protection>> = {
  'the deadline that stops a change whose caller is answered': {
    situation: CHANGED_TWICE,
    weakened: { weakness: deadlineIgnored },
    prevents: UNDONE,
  },
  'the deadline that stops the removal of all grants whose caller is answered': {
    situation: REMOVED_AND_SET,
    weakened: { weakness: deadlineIgnored },
    prevents: UNDONE,
  },
  'the time that a write of the holder item can be under way, in the moment that it names': {
    situation: FROZEN_MINT,
    weakened: { weakness: holdersNamedOnSending },
    prevents: UNGRANTED,
  },
  'the second read of the grants, after the holder item is made': {
    situation: { grants: EDITOR, beside: [mint('alice'), steadily(remove(ALICE))] },
    weakened: { weakness: grantsNotReadAgain },
    prevents: UNGRANTED,
  },
  'the minute for which a holder item must have been unchanged': {
    situation: {
      grants: EDITOR,
      before: SETTLED,
      beside: [mint('alice'), mint('alice'), steadily(set(ALICE, { role: 'viewer' }))],
      interruptions: 2,
    },
    weakened: { weakness: holderItemsTakenForOld },
    prevents: UNGRANTED,
  },
  'the minute for which a holder item must have been unchanged, before a query of the grants beside its read':
    {
      situation: {
        grants: EDITOR,
        before: SETTLED,
        beside: [mint('alice', IN_MANY), mint('alice'), steadily(set(ALICE, { role: 'viewer' }))],
        interruptions: 2,
      },
      weakened: { weakness: holderItemsTakenForOld },
      prevents: UNGRANTED,
    },
  'the condition that an ended family is not extended': {
    situation: { grants: EDITOR, before: SHORT_LIVED, beside: [mint('alice'), steadily(remove(ALICE))] },
    weakened: { weakness: withoutCondition(growing, 'epoch = :epoch') },
    prevents: UNGRANTED,
  },
  'the condition that the end of a family never moves forward': {
    situation: {
      grants: EDITOR,
      before: SHORT_LIVED,
      beside: [mint('alice'), mint('alice', { ttlSeconds: 7200 })],
      afterwards: [remove(ALICE)],
    },
    weakened: { weakness: withoutCondition(growing, 'holdsUntil <= :holdsUntil') },
    prevents: UNGRANTED,
  },
  'the condition that a holder item is made only if there is none': {
    situation: {
      grants: EDITOR,
      beside: [mint('alice'), mint('alice')],
      afterwards: [remove(ALICE)],
    },
    weakened: { weakness: withoutCondition(making, 'attribute_not_exists(pk)') },
    prevents: UNGRANTED,
  },
  'the condition that the ended family is the one that was read': {
    situation: {
      grants: EDITOR,
      before: SETTLED,
      beside: [
        mint('alice', { ttlSeconds: 85_000 }),
        steadily(revoke({ documentId: 'doc' })),
        steadily(revoke({ documentId: 'doc', userId: 'alice' })),
      ],
      interruptions: 2,
      afterwards: [remove(ALICE)],
    },
    weakened: { weakness: withoutCondition(raising, 'epoch = :epoch') },
    prevents: UNGRANTED,
  },
  'the condition that the ended family was not extended since the read': {
    situation: { grants: EDITOR, before: SHORT_LIVED, beside: [mint('alice'), steadily(remove(ALICE))] },
    weakened: { weakness: withoutCondition(raising, 'holdsUntil = :holdsUntil') },
    prevents: UNGRANTED,
  },
  'the condition that a changed grant is still as it was read': {
    situation: {
      grants: EDITOR,
      before: SETTLED,
      beside: [
        mint('alice', { layer: 'b' }),
        steadily(set(ALICE, { role: 'editor', layers: ['', 'b'] })),
        steadily(set(ALICE, { role: 'editor', layers: ['', 'c'] })),
      ],
      interruptions: 1,
    },
    weakened: { weakness: withoutCondition(changing, 'etag = :etag', 'attribute_not_exists(etag)') },
    prevents: UNGRANTED,
  },
  'the mark that a change leaves on the grant': {
    situation: { grants: EDITOR, before: SETTLED, beside: [remove(ALICE)] },
    weakened: {
      weakness: withoutAttributes(changing, 'revoking', 'dueShard', 'dueSince', 'waitingSince'),
    },
    prevents: UNGRANTED,
  },
  'the clearing of the mark as the last step': {
    situation: { grants: EDITOR, before: SETTLED, beside: [remove(ALICE)] },
    weakened: { beside: [remove(ALICE, clearMarkFirst)] },
    prevents: UNGRANTED,
  },
  'the condition that the end of an earlier change leaves the mark of a later one': {
    situation: {
      grants: EDITOR,
      before: SETTLED,
      beside: [steadily(set(ALICE, { role: 'annotator' })), mint('alice'), set(ALICE, { role: 'viewer' })],
      interruptions: 1,
    },
    weakened: { weakness: withoutCondition(clearing, 'etag = :etag') },
    prevents: UNGRANTED,
  },
  'the record of pending families': {
    situation: { grants: EDITOR, before: SETTLED, beside: [remove(ALICE)], faults: 1 },
    weakened: {
      weakness: withUpdate(raising, (update) => ({
        ...update,
        text: update.text.replace(/, pending.* REMOVE/, ' REMOVE'),
      })),
    },
    prevents: UNGRANTED,
  },
  'the separate place of every pending family in the map': {
    situation: {
      grants: EDITOR,
      before: SETTLED,
      beside: [steadily(revoke({ documentId: 'doc' })), mint('alice'), steadily(remove(ALICE))],
      faults: 2,
      interruptions: 1,
    },
    weakened: {
      weakness: withUpdate(raising, ({ text, values, names }) => ({
        text: text.replace('pending.#ended = :until', 'pending = :only'),
        values: { ...values, ':only': { [names?.['#ended'] ?? '']: values?.[':until'] } },
        names: names ?? {},
      })),
    },
    prevents: UNREVOKED,
  },
  'the condition that no family was added when the last one is removed': {
    situation: {
      grants: EDITOR,
      before: SETTLED,
      beside: [steadily(revoke({ documentId: 'doc' })), mint('alice'), steadily(remove(ALICE))],
      faults: 1,
      interruptions: 1,
    },
    weakened: { weakness: withoutCondition(settling, 'epoch = :epoch') },
    prevents: UNGRANTED,
  },
  'the removal of only those families that Document Engine names': {
    situation: { grants: EDITOR, before: SETTLED, beside: [remove(ALICE)], faults: 1 },
    weakened: { weakness: answersNotRead },
    prevents: UNGRANTED,
  },
  'the writing of a job before anything else is done': {
    situation: { grants: EDITOR, before: SETTLED, beside: [revoke({ documentId: 'doc' })] },
    weakened: { weakness: jobsNotWritten },
    prevents: UNREVOKED,
  },
  'the second look of a job when the index may lag': {
    situation: {
      grants: EDITOR,
      beside: [mint('alice'), steadily(revoke({ userId: 'alice' }))],
      lags: true,
    },
    weakened: {
      weakness: withUpdate(goingOn, (update) => ({
        ...update,
        text: update.text.replace(
          ', dueSince = :dueSince, waitingSince = :waitingSince',
          ' REMOVE dueShard, dueSince, waitingSince',
        ),
      })),
    },
    prevents: UNREVOKED,
  },
  'the condition that a runner overlooks no request when it finishes a job': {
    situation: TWO_REQUESTS,
    weakened: { weakness: withoutCondition(goingOn, 'askedAt = :askedAt') },
    prevents: UNREVOKED,
  },
  'the number of holders that a walk has passed over, with its position': {
    situation: PASSED_OVER,
    weakened: { weakness: passedOverForgotten },
    prevents: UNGRANTED,
  },
  'the condition that a frozen sweeper removes no later family from the index': {
    situation: SWEPT_TWICE,
    weakened: { weakness: withoutCondition(settling, 'epoch = :epoch') },
    prevents: UNGRANTED,
  },
  'the condition that the position of a frozen walk is not written to a later mark': {
    situation: REMOVED_AGAIN,
    weakened: { weakness: withoutCondition(keeping, 'revoking = :mark') },
    prevents: UNGRANTED,
  },
  'the time that a write of the holder item can be under way, before a query of the grants': {
    situation: FROZEN_QUERY,
    weakened: { weakness: holdersNamedOnSending },
    prevents: UNGRANTED,
  },
  'the holder item that a vouched mint makes before it signs': {
    situation: { grants: {}, beside: [vouchedMint()], afterwards: [REVOKED] },
    weakened: { weakness: holdersNotWritten },
    prevents: UNREVOKED,
  },
  'the condition that a vouched mint does not extend a family that was ended': {
    situation: {
      grants: {},
      before: [vouchedMint(1800), wait(17 * MINUTE)],
      beside: [vouchedMint(), steadily(REVOKED)],
      afterwards: [REVOKED],
    },
    weakened: { weakness: withoutCondition(growing, 'epoch = :epoch') },
    prevents: UNREVOKED,
  },
  'the condition that a shorter vouched token does not move the end of the family forward': {
    situation: {
      grants: {},
      before: [vouchedMint(1800), wait(17 * MINUTE)],
      beside: [vouchedMint(), vouchedMint(7200)],
      afterwards: [REVOKED],
    },
    weakened: { weakness: withoutCondition(growing, 'holdsUntil <= :holdsUntil') },
    prevents: UNREVOKED,
  },
  'the time for which a holder item is kept': {
    situation: {
      grants: EDITOR,
      beside: [mint('alice'), expiry(holderKey('doc', 'alice'))],
      afterwards: [remove(ALICE)],
    },
    weakened: { weakness: holdersSoonDeleted },
    prevents: UNGRANTED,
  },
};

jest.setTimeout(300_000);

describe('in some order of events a wrong token stays accepted without', () => {
  test.each(Object.entries(PROTECTIONS))('%s', async (_, { situation, weakened, prevents }) => {
    await everyEndOf(situation);
    const weak = everyEndOf({ ...situation, ...weakened });
    await expect(weak).rejects.toThrow(Violation);
    await expect(weak).rejects.toThrow(prevents);
  });
});
