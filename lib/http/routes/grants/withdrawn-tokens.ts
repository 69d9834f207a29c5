import {
  beginRun,
  finishWithdrawals,
  type RevocationDependencies,
  type Withdrawal,
} from '../../../revocation/index.ts';
import { errorFields } from '../../../runtime/errors.ts';
import type { Logger } from '../../../runtime/log.ts';
import { REVOKING_TIME } from '../revocations/revoking-time.ts';

/** The parts that revoking tokens of changed grants takes. */
export interface WithdrawnTokensDependencies {
  readonly revocation: RevocationDependencies;
  readonly log: Logger;
}

/**
 * Ends the live tokens that were built from grants as they were. The grants bear a mark: what fails here, or takes too
 * long, is left to the sweeper, and the change stands.
 */
export async function revokeWithdrawn(
  withdrawals: readonly Withdrawal[],
  { revocation, log }: WithdrawnTokensDependencies,
): Promise<void> {
  try {
    await finishWithdrawals(withdrawals, beginRun(revocation, REVOKING_TIME));
  } catch (error) {
    log.warn('live tokens of changed grants could not be revoked and wait', errorFields(error));
  }
}
