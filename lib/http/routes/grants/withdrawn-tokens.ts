import {
  beginRun,
  finishWithdrawals,
  type RevocationDependencies,
  type Withdrawal,
} from '../../../revocation/index.ts';
import { errorFields } from '../../../runtime/errors.ts';
import type { Logger } from '../../../runtime/log.ts';
import { REVOKING_TIME } from '../revocations/revoking-time.ts';

export interface WithdrawnTokensDependencies {
  readonly revocation: RevocationDependencies;
  readonly log: Logger;
}

/**
 * Ends the live tokens that were built from grants before their change. Each changed grant has a mark in the table. If this fails or
 * takes too long, the sweeper finds the mark and finishes the work; the change of the grant stays.
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
