export { endFamily, endFormerFamilies, type Ended, type EndingRun } from './end-families.ts';
export { familyId, pendingFamilies, raiseEpoch } from './families.ts';
export { growHolder, hasSigned, holderFromItem, satisfies, type Holder, type HolderNeed } from './holders.ts';
export { clearMark, markIn, markOf, newMark, type Mark } from './mark.ts';
export { isConfirmed, requestBy, type JobRequest, type RevocationJob } from './job.ts';
export { findJob, startJob } from './job-store.ts';
export { advanceJob } from './advance-job.ts';
export {
  beginRun,
  type RevocationDependencies,
  type RevocationRun,
  type RevokesTokens,
} from './revocation-run.ts';
export { sweep, type SweepOutcome } from './sweeping/sweep.ts';
export { sweepHandler } from './sweeping/sweep-event.ts';
export { type Target } from './walk.ts';
export { finishWithdrawals, type Withdrawal } from './withdrawals.ts';
