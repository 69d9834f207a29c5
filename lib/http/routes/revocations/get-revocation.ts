import type { AdministrationDependencies } from '../../../grants/index.ts';
import type { ClaimNames } from '../../../identity/index.ts';
import { findJob, type RevocationJob } from '../../../revocation/index.ts';
import type { Logger } from '../../../runtime/log.ts';
import type { Table } from '../../../table/index.ts';
import { callerOf, type Caller } from '../../authentication/caller.ts';
import { Problem } from '../../problems/problem.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { mayRevokeOthers } from './revoking-others.ts';
import { revocationAnswer } from './schemas.ts';

export interface GetRevocationDependencies extends AdministrationDependencies {
  readonly table: Table;
  readonly claimNames: ClaimNames;
  readonly log: Logger;
}

/**
 * Makes the handler of `GET /v1/revocations/{id}`: the progress of a revocation, for the caller that asked for it and for callers
 * that can revoke the same tokens.
 */
export function getRevocationHandler(dependencies: GetRevocationDependencies): ApiHandler {
  return route('getRevocation', dependencies.log, async (event) => {
    const caller = callerOf(event, dependencies.claimNames);
    const id = event.pathParameters?.['id'] ?? '';
    const job = /^[\w-]{1,64}$/.test(id) ? await findJob(dependencies.table, id) : undefined;
    if (job === undefined || !(await maySee(caller, job, dependencies))) {
      throw new Problem(
        'no-such-revocation',
        'In the last week, there was no revocation with this id by you or for a document that you own.',
      );
    }
    return json(200, revocationAnswer(job));
  });
}

/** Does not let the user of the revoked tokens see the revocation, because they must not read its reason. */
async function maySee(
  caller: Caller,
  { requestedBy, target }: RevocationJob,
  dependencies: AdministrationDependencies,
): Promise<boolean> {
  return requestedBy === caller.subject.userId || mayRevokeOthers(caller, target, dependencies);
}
