export { untilItFails, type RevocationDependencies, type RevokesTokens } from './delivery.ts';
export { familyId } from './family.ts';
export { type Target } from './holder-pages.ts';
export { growHolder, holderFromItem, satisfies, type Holder, type HolderNeed } from './holders.ts';
export { clearMark, markIn, markOf, newMark, type Mark } from './mark.ts';
export { advanceJob, findJob, isConfirmed, startJob, type RevocationJob } from './jobs.ts';
export { sweep, type SweepOutcome } from './sweep.ts';
export { finishWithdrawals, type Withdrawal } from './withdrawals.ts';
export { sweepHandler } from './sweep-event.ts';
