import type { Clock } from '../runtime/clock.ts';
import { Deadline } from '../runtime/deadline.ts';
import type { Logger } from '../runtime/log.ts';
import type { Milliseconds } from '../runtime/time.ts';
import type { SigningKeys } from '../signing-keys/index.ts';
import type { Table } from '../table/index.ts';

/** The one call of Document Engine that revoking needs. */
export interface RevokesTokens {
  /**
   * Revokes the `jti` of each JWT.
   *
   * @returns the JWTs that Document Engine names as revoked
   */
  revoke(jwts: readonly string[]): Promise<{ readonly data: readonly string[] }>;
}

/** The parts of the service that revoking calls. */
export interface RevocationDependencies {
  readonly table: Table;
  readonly documentEngine: RevokesTokens;
  readonly signingKeys: SigningKeys;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One run of revoking: of the sweeper, or in a request that ends tokens. It ends at its deadline. */
export interface RevocationRun extends RevocationDependencies {
  readonly deadline: Deadline;
  readonly documentEngine: DocumentEngineOfRun;
}

/** Document Engine, which is not asked any more in a run once it has failed to answer. */
export interface DocumentEngineOfRun extends RevokesTokens {
  /** Whether it has answered every call so far. */
  readonly stillAnswers: boolean;
}

/**
 * Begins a run.
 *
 * @param time - how long it may take, in milliseconds; the page of holders that is under way then is finished
 */
export function beginRun(dependencies: RevocationDependencies, time: Milliseconds): RevocationRun {
  return {
    ...dependencies,
    deadline: Deadline.after(dependencies.clock, time),
    documentEngine: untilItFails(dependencies.documentEngine),
  };
}

/** A run over many holders would otherwise wait for every one of them as long as for the first. */
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
