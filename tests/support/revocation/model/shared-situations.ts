import { grant, group, user } from '../../grants/grants.ts';
import {
  frozen,
  left,
  later,
  mint,
  remove,
  revoke,
  set,
  steadily,
  sweeper,
  sweeperRefused,
  wait,
} from './acts.ts';
import { type Situation } from './situation.ts';
import { IN_MANY } from './situations.ts';

const MINUTE = 60_000;

const ALICE = user('alice');
const STAFF = group('staff');
const IN_STAFF = { groups: ['staff'] };
const EDITOR = { doc: [grant(ALICE, 'editor')] };
const OF_STAFF = { doc: [grant(STAFF, 'editor')] };
const BOTH_HOLD = [mint('alice', IN_STAFF), mint('bob', IN_STAFF)];

/** Situations in which several runs work on one job, mark or holder. They have few interruptions. */
export const SHARED: Readonly<Record<string, Situation>> = {
  'two requests for one target, and a mint between them': {
    grants: EDITOR,
    before: [mint('alice'), wait(17 * MINUTE)],
    beside: [mint('alice'), steadily(revoke({ documentId: 'doc' })), revoke({ documentId: 'doc' })],
    interruptions: 1,
  },
  'a sweeper that passes over a holder that it must not write, crashes, and is followed by another': {
    grants: OF_STAFF,
    before: [...BOTH_HOLD, remove(STAFF, left)],
    beside: [sweeperRefused('alice'), mint('alice', IN_STAFF)],
    largestPage: 1,
    faults: 1,
  },
  'a sweeper that is frozen while another sweeps, and the removal of the grant of a new token': {
    grants: EDITOR,
    before: [mint('alice'), revoke({ documentId: 'doc' }, true)],
    beside: [
      frozen(steadily(sweeper)),
      later({ ...steadily(sweeper), then: { ...mint('alice'), then: steadily(remove(ALICE)) } }),
    ],
    faults: 1,
    interruptions: 1,
  },
  'a sweeper that is frozen in a walk, and another removal of the same grant meanwhile': {
    grants: OF_STAFF,
    before: [...BOTH_HOLD, remove(STAFF, left)],
    beside: [
      frozen(steadily(sweeper)),
      later({
        ...steadily(set(STAFF, { role: 'editor' })),
        then: { ...mint('alice', IN_STAFF), then: steadily(remove(STAFF, left)) },
      }),
    ],
    largestPage: 1,
    interruptions: 1,
  },
  'a mint by a query of the grants that is frozen, time, another mint, and the removal of their grant': {
    grants: EDITOR,
    beside: [
      frozen(mint('alice', IN_MANY)),
      wait(2 * MINUTE),
      later(mint('alice')),
      later(steadily(remove(ALICE))),
    ],
    interruptions: 1,
  },
};
