import type { Clock } from '../runtime/clock.ts';
import { Deadline } from '../runtime/deadline.ts';
import type { Logger } from '../runtime/log.ts';
import type { Milliseconds } from '../runtime/time.ts';
import type { SigningKeys } from '../signing-keys/index.ts';
import type { Table } from '../table/index.ts';

/** The one call to Document Engine that revoking needs. */
export interface RevokesTokens {
  /**
   * Revokes the `jti` of each JWT.
   *
   * @returns the JWTs that Document Engine names as revoked
   */
  revoke(jwts: readonly string[]): Promise<{ readonly data: readonly string[] }>;
}

export interface RevocationDependencies {
  readonly table: Table;
  readonly documentEngine: RevokesTokens;
  readonly signingKeys: SigningKeys;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One run of revoking, by the sweeper or by a request. It ends at its deadline. */
export interface RevocationRun extends RevocationDependencies {
  readonly deadline: Deadline;
  readonly documentEngine: DocumentEngineOfRun;
}

/** Document Engine in one run. After its first failure to answer, it is not called again. */
export interface DocumentEngineOfRun extends RevokesTokens {
  /** True if it has answered every call so far. */
  readonly stillAnswers: boolean;
}

/**
 * Begins a run.
 *
 * @param time - the time until its deadline, in milliseconds. A page of holders that is under way then is still
 * finished.
 */
export function beginRun(dependencies: RevocationDependencies, time: Milliseconds): RevocationRun {
  return {
    ...dependencies,
    deadline: Deadline.after(dependencies.clock, time),
    documentEngine: untilItFails(dependencies.documentEngine),
  };
}

/**
 * Makes every call after a failed one fail at once. A run over many holders would otherwise wait for a timeout on each.
 */
function untilItFails(documentEngine: RevokesTokens): DocumentEngineOfRun {
  let failure: { readonly error: unknown } | undefined;
  return {
    get stillAnswers() {
      return failure === undefined;
    },
    revoke: async (jwts) => {
      if (failure) throw failure.error;
      try {
        return await documentEngine.revoke(jwts);
      } catch (error) {
        failure = { error };
        throw error;
      }
    },
  };
}
