import type { AuditLog } from '../audit/index.ts';
import { DocumentEngineRefusalError } from '../document-engine/index.ts';
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
  readonly audit: AuditLog;
}

/** One run of revoking, by the sweeper or by a request, or a turn of such a run. */
export interface RevocationRun extends RevocationDependencies {
  /** The moment from which no new work is begun. A page or a call that is under way then is still finished. */
  readonly deadline: Pick<Deadline, 'isOver'>;
  readonly documentEngine: DocumentEngineOfRun;
}

/** Document Engine in one run. After its first failure to answer, it is not called again. */
export interface DocumentEngineOfRun extends RevokesTokens {
  /** True if it has answered every call so far. */
  readonly stillAnswers: boolean;
  /** Makes every later call of the run fail at once, because calling it is in vain. */
  stop(error: unknown): void;
}

/**
 * Begins a run.
 *
 * @param time - the time until its deadline, in milliseconds
 */
export function beginRun(dependencies: RevocationDependencies, time: Milliseconds): RevocationRun {
  return {
    ...dependencies,
    deadline: Deadline.after(dependencies.clock, time),
    documentEngine: untilItFails(dependencies.documentEngine),
  };
}

/**
 * Begins a turn of a run. It ends after its time, at the deadline of the run, or when Document Engine fails to answer.
 *
 * @param time - in milliseconds
 */
export function beginTurn(run: RevocationRun, time: Milliseconds): RevocationRun {
  const turn = Deadline.after(run.clock, time);
  return { ...run, deadline: { isOver: () => turn.isOver() || isOver(run) } };
}

/** Tells whether a run is at its deadline, or Document Engine has failed to answer. */
export function isOver({ deadline, documentEngine }: RevocationRun): boolean {
  return deadline.isOver() || !documentEngine.stillAnswers;
}

/**
 * Makes every call after a failed one fail at once. A run over many holders would otherwise wait for a timeout on each. A
 * refusal of the JWTs of one call is not such a failure.
 */
function untilItFails(documentEngine: RevokesTokens): DocumentEngineOfRun {
  let failure: { readonly error: unknown } | undefined;
  return {
    get stillAnswers() {
      return failure === undefined;
    },
    stop: (error) => {
      failure ??= { error };
    },
    revoke: async (jwts) => {
      if (failure) throw failure.error;
      try {
        return await documentEngine.revoke(jwts);
      } catch (error) {
        if (!refusesContent(error)) failure ??= { error };
        throw error;
      }
    },
  };
}

// RFC 9110: Bad Request, Content Too Large, Unprocessable Content.
const OF_CONTENT: readonly number[] = [400, 413, 422];

/**
 * Tells whether Document Engine refused a call because of its JWTs. Any other refusal, such as that of the API token or of
 * the address, concerns every call. It is treated as an outage.
 */
export function refusesContent(error: unknown): boolean {
  return error instanceof DocumentEngineRefusalError && OF_CONTENT.includes(error.status);
}
