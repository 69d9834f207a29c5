import { type VouchedGrant } from '../../../../lib/grants/index.ts';
import { holderKey } from '../../../../lib/table/index.ts';
import { grant, user } from '../../grants/grants.ts';
import { expiry, frozen, later, mint, remove, revoke, steadily, wait } from './acts.ts';
import { type Act, type Situation } from './situation.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

const ALICE = user('alice');
const VIEWER = { doc: [grant(ALICE, 'viewer')] };
const EDITOR: VouchedGrant = { role: 'editor', layers: [''], privateLayer: false };

/** A backend vouches for alice. */
export const vouchedMint = (ttlSeconds = 86_400): Act => mint('alice', { grant: EDITOR, ttlSeconds });

/** Revokes all tokens of the document. */
export const REVOKED = revoke({ documentId: 'doc' });

const REVOCATIONS = {
  'the user': revoke({ userId: 'alice' }),
  'the document': REVOKED,
  'the user for the document': revoke({ documentId: 'doc', userId: 'alice' }),
} as const;

const FOUND: Readonly<Record<string, readonly Act[]>> = {
  'is absent': [],
  'has held a token for a moment': [vouchedMint()],
  'has held a token for long, but not until after the next one': [vouchedMint(1800), wait(17 * MINUTE)],
  'was revoked a moment ago': [vouchedMint(), revoke({ userId: 'alice' })],
};

const SITUATIONS: Readonly<Record<string, Situation>> = {
  ...Object.fromEntries(
    Object.entries(FOUND).map(([found, before]) => [
      `a vouched mint and a revocation of the document, when the holder item ${found}`,
      { grants: {}, before, beside: [vouchedMint(), REVOKED], faults: 1 },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(REVOCATIONS).map(([target, revocation]) => [
      `two vouched mints and a revocation of ${target}`,
      {
        grants: {},
        before: [vouchedMint(1800), wait(17 * MINUTE)],
        beside: [vouchedMint(), vouchedMint(7200), steadily(revocation)],
        interruptions: 2,
      },
    ]),
  ),
  'a vouched mint, a mint from a stored grant, and the removal of that grant': {
    grants: VIEWER,
    before: [vouchedMint(), wait(17 * MINUTE)],
    beside: [vouchedMint(), mint('alice'), remove(ALICE)],
    interruptions: 2,
  },
  'a vouched mint, and the deletion of an expired holder item': {
    grants: {},
    before: [vouchedMint(), wait(3 * DAY)],
    beside: [vouchedMint(), expiry(holderKey('doc', 'alice')), steadily(REVOKED)],
  },
  'a revocation of the document during a vouched mint, frozen and thawed': {
    grants: {},
    beside: [frozen(vouchedMint()), wait(2 * MINUTE), later(vouchedMint()), later(steadily(REVOKED))],
    interruptions: 1,
  },
  'a revocation of the user during a vouched mint, both frozen and thawed': {
    grants: {},
    before: [vouchedMint(1800), wait(17 * MINUTE)],
    beside: [frozen(vouchedMint()), frozen(steadily(revoke({ userId: 'alice' }))), wait(2 * MINUTE)],
    interruptions: 1,
  },
};

/**
 * Situations of tokens that a backend vouches for, of which every course is explored. After each, the document is revoked once more:
 * that must end all of its tokens.
 */
export const VOUCHED: Readonly<Record<string, Situation>> = Object.fromEntries(
  Object.entries(SITUATIONS).map(([name, situation]) => [name, { ...situation, afterwards: [REVOKED] }]),
);

/** Those with processes that are frozen. */
export const VOUCHED_FROZEN = Object.fromEntries(
  Object.entries(VOUCHED).filter(([name]) => name.includes('frozen')),
);
