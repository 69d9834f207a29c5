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
import {
  answersNotRead,
  changing,
  clearing,
  goingOn,
  grantsNotReadAgain,
  growing,
  holderItemsTakenForOld,
  holdersSoonDeleted,
  jobsNotWritten,
  making,
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

const SETTLED = [mint('alice'), wait(2 * MINUTE)];
const SHORT_LIVED = [mint('alice', { ttlSeconds: 900 }), wait(2 * MINUTE)];

const UNGRANTED = 'a token is still accepted that the grants do not allow';
const UNREVOKED = 'a revoked token is still accepted';

/** A protection: what it prevents, in which situation, and how it is taken away. */
interface Protection {
  readonly situation: Situation;
  /** The same without it. */
  readonly weakened: Partial<Situation>;
  readonly prevents: string;
}

const PROTECTIONS: Readonly<Record<string, Protection>> = {
  'the second read of the grants, behind the making of the holder item': {
    situation: { grants: EDITOR, beside: [mint('alice'), steadily(remove(ALICE))] },
    weakened: { weakness: grantsNotReadAgain },
    prevents: UNGRANTED,
  },
  'the minute that a holder item must have said what it says': {
    situation: {
      grants: EDITOR,
      before: SETTLED,
      beside: [mint('alice'), mint('alice'), steadily(set(ALICE, { role: 'viewer' }))],
      interruptions: 2,
    },
    weakened: { weakness: holderItemsTakenForOld },
    prevents: UNGRANTED,
  },
  'the condition that a family is not extended that was ended': {
    situation: { grants: EDITOR, before: SHORT_LIVED, beside: [mint('alice'), steadily(remove(ALICE))] },
    weakened: { weakness: withoutCondition(growing, 'epoch = :epoch') },
    prevents: UNGRANTED,
  },
  'the condition that the end of a family never comes nearer': {
    situation: {
      grants: EDITOR,
      before: SHORT_LIVED,
      beside: [mint('alice'), mint('alice', { ttlSeconds: 7200 })],
      afterwards: [remove(ALICE)],
    },
    weakened: { weakness: withoutCondition(growing, 'holdsUntil <= :holdsUntil') },
    prevents: UNGRANTED,
  },
  'the condition that a holder item is made only where there is none': {
    situation: {
      grants: EDITOR,
      beside: [mint('alice'), mint('alice')],
      afterwards: [remove(ALICE)],
    },
    weakened: { weakness: withoutCondition(making, 'attribute_not_exists(pk)') },
    prevents: UNGRANTED,
  },
  'the condition that the family that is ended is the one that was read': {
    situation: {
      grants: EDITOR,
      before: SETTLED,
      beside: [
        mint('alice', { ttlSeconds: 86_000 }),
        steadily(revoke({ documentId: 'doc' })),
        steadily(revoke({ documentId: 'doc', userId: 'alice' })),
      ],
      interruptions: 2,
      afterwards: [remove(ALICE)],
    },
    weakened: { weakness: withoutCondition(raising, 'epoch = :epoch') },
    prevents: UNGRANTED,
  },
  'the condition that the family that is ended still lives as long as was read': {
    situation: { grants: EDITOR, before: SHORT_LIVED, beside: [mint('alice'), steadily(remove(ALICE))] },
    weakened: { weakness: withoutCondition(raising, 'holdsUntil = :holdsUntil') },
    prevents: UNGRANTED,
  },
  'the condition that a grant is changed as it was read': {
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
      weakness: withoutAttributes(changing, 'revoking', 'dueShard', 'dueSince', 'dueAt'),
    },
    prevents: UNGRANTED,
  },
  'that the mark is cleared last': {
    situation: { grants: EDITOR, before: SETTLED, beside: [remove(ALICE)] },
    weakened: { beside: [remove(ALICE, clearMarkFirst)] },
    prevents: UNGRANTED,
  },
  'that whoever finished an earlier change leaves the mark of a later one': {
    situation: {
      grants: EDITOR,
      before: SETTLED,
      beside: [steadily(set(ALICE, { role: 'annotator' })), mint('alice'), set(ALICE, { role: 'viewer' })],
      interruptions: 1,
    },
    weakened: { weakness: withoutCondition(clearing, 'etag = :etag') },
    prevents: UNGRANTED,
  },
  'that what is pending is written down': {
    situation: { grants: EDITOR, before: SETTLED, beside: [remove(ALICE)], faults: 1 },
    weakened: {
      weakness: withUpdate(raising, (update) => ({
        ...update,
        text: update.text.replace(/, pending.* REMOVE/, ' REMOVE'),
      })),
    },
    prevents: UNGRANTED,
  },
  'that every family that is pending has a place in the map': {
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
  'the condition that no family was added since the last one was taken off': {
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
  'that only what Document Engine names is taken off': {
    situation: { grants: EDITOR, before: SETTLED, beside: [remove(ALICE)], faults: 1 },
    weakened: { weakness: answersNotRead },
    prevents: UNGRANTED,
  },
  'that a job is written before anything else is done': {
    situation: { grants: EDITOR, before: SETTLED, beside: [revoke({ documentId: 'doc' })] },
    weakened: { weakness: jobsNotWritten },
    prevents: UNREVOKED,
  },
  'that a job looks again where the index may lag': {
    situation: {
      grants: EDITOR,
      beside: [mint('alice'), steadily(revoke({ userId: 'alice' }))],
      lags: true,
    },
    weakened: {
      weakness: withUpdate(goingOn, (update) => ({
        ...update,
        text: update.text.replace(
          ', dueAt = :dueAt, dueSince = :dueSince',
          ' REMOVE dueShard, dueAt, dueSince',
        ),
      })),
    },
    prevents: UNREVOKED,
  },
  'the time that a holder item is kept': {
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

describe('a token lives on that must not, in some order of things, as soon as one thing is taken away:', () => {
  test.each(Object.entries(PROTECTIONS))('%s', async (_, { situation, weakened, prevents }) => {
    await everyEndOf(situation);
    const weak = everyEndOf({ ...situation, ...weakened });
    await expect(weak).rejects.toThrow(Violation);
    await expect(weak).rejects.toThrow(prevents);
  });
});
