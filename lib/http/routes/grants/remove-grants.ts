import { removeAllGrants, removeGrant } from '../../../grants/index.ts';
import { loggedPrincipal } from '../../../identity/index.ts';
import type { Withdrawal } from '../../../revocation/index.ts';
import { callerOf, type Caller } from '../../authentication/caller.ts';
import { assertScope, SCOPES } from '../../authentication/scopes.ts';
import { documentIdIn } from '../../messages/path.ts';
import { preconditionOf } from '../../messages/preconditions.ts';
import { readChoice, readFlag, readQuery, type Query } from '../../messages/query.ts';
import { noContent, route, type ApiEvent, type ApiHandler, type Note } from '../route.ts';
import { administratorOf } from './administrator.ts';
import { ALLOW_NO_OWNER, changeIn } from './grant-change.ts';
import { problemOfAdministration } from './grant-problems.ts';
import type { ListGrantsDependencies } from './list-grants.ts';
import { PRINCIPAL_PARAMETERS } from './principal-query.ts';
import { revokeWithdrawn, type WithdrawnTokensDependencies } from './withdrawn-tokens.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';

export interface RemoveGrantsDependencies extends ListGrantsDependencies, WithdrawnTokensDependencies {}

/** The parameter for every grant of the document, in place of a principal. */
const ALL = 'all';

const CHOICE = [...PRINCIPAL_PARAMETERS, ALL] as const;

const PARAMETERS = [...CHOICE, ALLOW_NO_OWNER];

/** Makes the handler of `DELETE /v1/documents/{documentId}/grants`: removes one principal's grant, or with `?all` every grant. */
export function removeGrantsHandler(dependencies: RemoveGrantsDependencies): ApiHandler {
  return route('removeGrants', dependencies.log, async (event, note) => {
    const caller = callerOf(event, dependencies);
    const query = readQuery(event, PARAMETERS);
    const named = readChoice(query, CHOICE);
    const request = { event, note, caller, query };
    const withdrawals =
      named === ALL
        ? await removeAll(request, dependencies)
        : [await removeOne(request, named, dependencies)];
    await revokeWithdrawn(withdrawals, dependencies);
    return noContent();
  });
}

interface RemovalRequest {
  readonly event: ApiEvent;
  readonly note: Note;
  readonly caller: Caller;
  readonly query: Query;
}

async function removeOne(
  { event, note, caller, query }: RemovalRequest,
  named: (typeof PRINCIPAL_PARAMETERS)[number],
  dependencies: RemoveGrantsDependencies,
): Promise<Withdrawal> {
  const change = changeIn(event, query, named);
  const { documentId, principal } = change;
  note({ documentId, userId: loggedUser(caller.subject.userId), principal: loggedPrincipal(principal) });
  const removal = await removeGrant(administratorOf(caller), change, dependencies);
  if (removal.outcome === 'refused') throw problemOfAdministration(removal, caller.subject);
  return { documentId, principal, mark: removal.mark };
}

async function removeAll(
  { event, note, caller, query }: RemovalRequest,
  dependencies: RemoveGrantsDependencies,
): Promise<readonly Withdrawal[]> {
  readFlag(query, ALL);
  const documentId = documentIdIn(event);
  note({ documentId, userId: loggedUser(caller.subject.userId), principal: ALL });
  assertScope(caller, SCOPES.grants, "To remove all of a document's grants");
  // All grants together have no ETag, so no If-Match can hold.
  if (!preconditionOf(event)(undefined)) {
    throw problemOfAdministration({ outcome: 'refused', reason: 'precondition-failed' }, caller.subject);
  }
  const removals = await removeAllGrants(documentId, dependencies);
  return removals.map((removal) => ({ documentId, ...removal }));
}
