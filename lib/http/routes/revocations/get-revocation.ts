import type { AdministrationDependencies } from '../../../grants/index.ts';
import type { CallerRules } from '../../../identity/index.ts';
import { findJob } from '../../../revocation/index.ts';
import type { Logger } from '../../../runtime/log.ts';
import type { Table } from '../../../table/index.ts';
import { callerOf } from '../../authentication/caller.ts';
import { Problem } from '../../problems/problem.ts';
import * as routes from '../catalogue.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { requestShownTo } from './shown-request.ts';
import { revocationAnswer } from './schemas.ts';

export interface GetRevocationDependencies extends AdministrationDependencies {
  readonly table: Table;
  readonly callers: CallerRules;
  readonly log: Logger;
}

/**
 * Makes the handler of `GET /v1/revocations/{id}`: the progress of a revocation, for the caller that asked for it and for callers
 * that can revoke the same tokens. The reason is not shown to the user of the tokens, unless that user gave it.
 */
export function getRevocationHandler(dependencies: GetRevocationDependencies): ApiHandler {
  return route(routes.getRevocation, dependencies.log, async (event) => {
    const caller = callerOf(event, dependencies);
    const id = event.pathParameters?.['id'] ?? '';
    const job = /^[\w-]{1,64}$/.test(id) ? await findJob(dependencies.table, id) : undefined;
    const request = job && (await requestShownTo(caller, job, dependencies));
    if (job === undefined || request === undefined) {
      throw new Problem(
        'no-such-revocation',
        'There is no revocation with this id by you or for a document that you own. A revocation is kept for a week, or for an hour at most if it found no tokens.',
      );
    }
    return json(200, revocationAnswer(job, request));
  });
}
