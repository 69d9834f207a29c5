import type { AuditLog } from '../../../audit/index.ts';
import { removeAllGrants, removeGrant, type Removal } from '../../../grants/index.ts';
import { loggedPrincipal } from '../../../identity/index.ts';
import type { Withdrawal } from '../../../revocation/index.ts';
import { callerOf, type Caller } from '../../authentication/caller.ts';
import { assertScope, SCOPES } from '../../authentication/scopes.ts';
import { documentIdIn } from '../../messages/path.ts';
import { preconditionOf } from '../../messages/preconditions.ts';
import { readChoice, readFlag, readQuery, type Query } from '../../messages/query.ts';
import { callerData } from '../../records/caller-data.ts';
import { beforeData, listed, principalData } from '../../records/grant-data.ts';
import { RequestRecords } from '../../records/request-records.ts';
import * as routes from '../catalogue.ts';
import { noContent, route, type ApiEvent, type ApiHandler, type Note } from '../route.ts';
import { administratorOf } from './administrator.ts';
import { ALLOW_NO_OWNER, changeIn } from './grant-change.ts';
import { problemOfAdministration } from './grant-problems.ts';
import type { ListGrantsDependencies } from './list-grants.ts';
import { PRINCIPAL_PARAMETERS } from './principal-query.ts';
import { revokeWithdrawn, type WithdrawnTokensDependencies } from './withdrawn-tokens.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';

export interface RemoveGrantsDependencies extends ListGrantsDependencies, WithdrawnTokensDependencies {
  readonly audit: AuditLog;
}

/** The parameter for every grant of the document, in place of a principal. */
const ALL = 'all';

const CHOICE = [...PRINCIPAL_PARAMETERS, ALL] as const;

/** The most grants that the record of a removal of all lists. */
const MOST_REMOVED = 50;

const PARAMETERS = [...CHOICE, ALLOW_NO_OWNER];

/** Makes the handler of `DELETE /v1/documents/{documentId}/grants`: removes one principal's grant, or with `?all` every grant. */
export function removeGrantsHandler(dependencies: RemoveGrantsDependencies): ApiHandler {
  return route(routes.removeGrants, dependencies.log, async (event, note) => {
    const records = new RequestRecords(event.requestContext.requestId, dependencies.audit);
    return records.orRefused('grant.change-refused', async () => {
      const caller = callerOf(event, dependencies);
      records.about(callerData(caller, dependencies.audit));
      const query = readQuery(event, PARAMETERS);
      const named = readChoice(query, CHOICE);
      const request = { event, note, caller, query, records };
      const withdrawals =
        named === ALL
          ? await removeAll(request, dependencies)
          : [await removeOne(request, named, dependencies)];
      await revokeWithdrawn(withdrawals, dependencies);
      return noContent();
    });
  });
}

interface RemovalRequest {
  readonly event: ApiEvent;
  readonly note: Note;
  readonly caller: Caller;
  readonly query: Query;
  readonly records: RequestRecords;
}

async function removeOne(
  { event, note, caller, query, records }: RemovalRequest,
  named: (typeof PRINCIPAL_PARAMETERS)[number],
  dependencies: RemoveGrantsDependencies,
): Promise<Withdrawal> {
  const change = changeIn(event, query, named);
  const { documentId, principal } = change;
  note({ documentId, userId: loggedUser(caller.subject.userId), principal: loggedPrincipal(principal) });
  const { audit } = dependencies;
  records.about({ documentId, change: 'removed', ...principalData(principal, audit) });
  const removal = await removeGrant(administratorOf(caller), change, dependencies);
  if (removal.outcome === 'refused') throw problemOfAdministration(removal, caller.subject);
  records.record('grant.removed', { before: beforeData(removal.before, audit) });
  return { documentId, principal, mark: removal.mark };
}

async function removeAll(
  { event, note, caller, query, records }: RemovalRequest,
  dependencies: RemoveGrantsDependencies,
): Promise<readonly Withdrawal[]> {
  readFlag(query, ALL);
  const documentId = documentIdIn(event);
  note({ documentId, userId: loggedUser(caller.subject.userId), principal: ALL });
  records.about({ documentId, change: 'removed', principal: ALL });
  assertScope(caller, SCOPES.grants, "To remove all of a document's grants");
  // All grants together have no ETag, so no If-Match can hold.
  if (!preconditionOf(event)(undefined)) {
    throw problemOfAdministration({ outcome: 'refused', reason: 'precondition-failed' }, caller.subject);
  }
  const removed: Removal[] = [];
  try {
    await removeAllGrants(documentId, dependencies, (removal) => removed.push(removal));
  } finally {
    const all = removed.map(({ principal, before }) => ({
      ...principalData(principal, dependencies.audit),
      role: before?.role,
    }));
    if (all.length > 0)
      records.record('grant.removed', { count: all.length, ...listed('removed', all, MOST_REMOVED) });
  }
  return removed.map(({ principal, mark }) => ({ documentId, principal, mark }));
}
