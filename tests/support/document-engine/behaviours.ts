import { type UndocumentedBehaviour } from '../../../tools/local/stand-ins/document-engine/index.ts';

/** The behaviour of Document Engine that matters to rotation and that its documentation leaves open. */
export type Behaviour = Pick<
  UndocumentedBehaviour,
  'formerCurrent' | 'identicalKey' | 'keyChoice' | 'revocationVerifies' | 'noneRevokedStatus'
>;

const FORMER_CURRENT: readonly Behaviour['formerCurrent'][] = [
  'expired',
  'deleted',
  { keptForSeconds: 30 * 86_400 },
  { keptForSeconds: 60 },
];
const IDENTICAL_KEY = ['second-entry', 'merged', 'refused'] as const;
const KEY_CHOICE = ['oldest-first', 'newest-first', 'current-first', 'by-kid', 'by-kid-only'] as const;

/** Every combination of such behaviour. */
export const EVERY_BEHAVIOUR: readonly Behaviour[] = FORMER_CURRENT.flatMap((formerCurrent) =>
  IDENTICAL_KEY.flatMap((identicalKey) =>
    KEY_CHOICE.flatMap((keyChoice) =>
      [true, false].flatMap((revocationVerifies) =>
        ([200, 400] as const).map((noneRevokedStatus) => ({
          formerCurrent,
          identicalKey,
          keyChoice,
          revocationVerifies,
          noneRevokedStatus,
        })),
      ),
    ),
  ),
);

/** Every combination of the behaviour that changes entries of Document Engine's list. The rest varies along with it. */
export const EVERY_LIST_BEHAVIOUR: readonly Behaviour[] = FORMER_CURRENT.flatMap((formerCurrent, one) =>
  IDENTICAL_KEY.map((identicalKey, other) => ({
    formerCurrent,
    identicalKey,
    keyChoice: KEY_CHOICE[(3 * one + other) % 5] ?? 'by-kid',
    revocationVerifies: (one + other) % 2 === 0,
    noneRevokedStatus: (one + other) % 4 < 2 ? 200 : 400,
  })),
);

/**
 * Tells whether a former current key may verify nothing between `rotate` and the call that follows: Document Engine keeps one
 * entry for a key, and drops the entry of a former current key.
 */
export function leavesGap({ formerCurrent, identicalKey }: Behaviour): boolean {
  return identicalKey !== 'second-entry' && typeof formerCurrent === 'string';
}

/** Describes a behaviour in one line, for a test name. */
export function nameOf(behaviour: Behaviour): string {
  const { formerCurrent, identicalKey, keyChoice, revocationVerifies, noneRevokedStatus } = behaviour;
  const former =
    typeof formerCurrent === 'string' ? formerCurrent : `kept for ${formerCurrent.keptForSeconds} s`;
  return `former ${former}, identical ${identicalKey}, ${keyChoice}, revoke ${revocationVerifies ? 'verifies' : 'does not verify'}, ${noneRevokedStatus}`;
}
