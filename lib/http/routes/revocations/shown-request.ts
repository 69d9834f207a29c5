import type { AdministrationDependencies } from '../../../grants/index.ts';
import { requestBy, type JobRequest, type RevocationJob } from '../../../revocation/index.ts';
import type { Caller } from '../../authentication/caller.ts';
import { mayRevokeOthers } from './revoking-others.ts';

/**
 * Chooses the request for a revocation that a caller can see: their own, or one for tokens that they can revoke too.
 *
 * The users of the revoked tokens see their own request. They must not read the reason that somebody else gave, not even as an
 * owner of the document. To others, a request by such a user is shown only if there is no other: nobody can replace a reason by
 * revoking their own tokens.
 *
 * @returns the request without the reason if the caller must not read it; undefined if the caller must not see the revocation
 */
export async function requestShownTo(
  caller: Caller,
  job: RevocationJob,
  dependencies: AdministrationDependencies,
): Promise<JobRequest | undefined> {
  const { userId } = caller.subject;
  const asked = requestBy(job, userId);
  if (asked !== undefined) return asked;
  const { own, other } = job.requests;
  const shown = other ?? own;
  if (shown === undefined || !(await mayRevokeOthers(caller, job.target, dependencies))) return undefined;
  if (userId !== job.target.userId) return shown;
  return { by: shown.by, at: shown.at };
}
