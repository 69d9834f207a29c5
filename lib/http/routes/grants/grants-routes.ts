import type * as z from 'zod/mini';
import { DOCUMENT_ID_PATTERN } from '../../../document-engine/index.ts';
import {
  listGrants,
  removeAllGrants,
  removeGrant,
  setGrant,
  type AdministrationDependencies,
  type Administrator,
  type Change,
} from '../../../grants/index.ts';
import { type Logger } from '../../../runtime/log.ts';
import {
  beginRun,
  finishWithdrawals,
  type RevocationDependencies,
  type Withdrawal,
} from '../../../revocation/index.ts';
import { callerOf, type Caller } from '../../authentication/caller.ts';
import { encodeCursor } from '../../messages/cursor.ts';
import { problemOfAdministration } from './grant-problems.ts';
import {
  grantAnswer,
  grantBodySchema,
  grantContentOf,
  type GrantRules,
  type GrantsAnswer,
} from './schemas.ts';
import { readBody } from '../../messages/json-body.ts';
import { pageBounds, pageIn, PAGING_PARAMETERS } from '../../messages/paging.ts';
import { preconditionOf } from '../../messages/preconditions.ts';
import { principalIn, PRINCIPAL_PARAMETERS } from './principal-query.ts';
import { Problem } from '../../problems/problem.ts';
import { REVOKING_TIME } from '../revocations/revocations-routes.ts';
import { invalidQuery, readChoice, readFlag, readQuery, type Query } from '../../messages/query.ts';
import {
  json,
  noContent,
  route,
  type ApiEvent,
  type ApiHandler,
  type ApiResult,
  type Note,
} from '../route.ts';
import { assertScope, hasScope } from '../../authentication/scopes.ts';
import {
  isPrincipalName,
  principalFromKey,
  principalKey,
  type Principal,
  type ClaimNames,
} from '../../../identity/index.ts';
import { errorFields } from '../../../runtime/errors.ts';

/** What the route that lists grants works with. */
export interface ListGrantsDependencies extends AdministrationDependencies {
  readonly claimNames: ClaimNames;
  readonly log: Logger;
}

/** What the routes that set and remove grants work with. */
export interface ChangeGrantsDependencies extends ListGrantsDependencies, GrantRules {
  readonly revocation: RevocationDependencies;
}

const SCOPE = 'layermint/grants';

const LIST = 'grants';

const MAX_BODY_BYTES = 64 * 1024;

/** Stands in a query string in place of a principal: every grant of the document. */
const ALL = 'all';

/** Says that the document may be left without an owner. */
const ALLOW_NO_OWNER = 'allowNoOwner';

/** `GET /v1/documents/{documentId}/grants`: the grants of a document, in pages. */
export function listGrantsRoute(dependencies: ListGrantsDependencies): ApiHandler {
  return route(async (event, note) => {
    const caller = callerOf(event, dependencies.claimNames);
    const documentId = documentIdIn(event);
    const { limit, after } = pageIn(readQuery(event, PAGING_PARAMETERS), LIST);
    note({ documentId, userId: caller.subject.userId });
    const behind = after === undefined ? undefined : principalAt(after);
    const bounds = pageBounds(limit, grantAnswer);
    const page = await listGrants(administratorOf(caller), documentId, bounds, behind, dependencies);
    if (page.outcome === 'refused') throw problemOfAdministration(page);
    const answer: z.output<typeof GrantsAnswer> = {
      grants: page.entries.map(grantAnswer),
      ...(page.next && { nextCursor: encodeCursor(LIST, principalKey(page.next)) }),
    };
    return json(200, answer);
  }, dependencies.log);
}

/** `PUT /v1/documents/{documentId}/grants`: sets one principal's grant. */
export function setGrantRoute(dependencies: ChangeGrantsDependencies): ApiHandler {
  const schema = grantBodySchema(dependencies);
  return route(async (event, note) => {
    const caller = callerOf(event, dependencies.claimNames);
    const query = readQuery(event, [...PRINCIPAL_PARAMETERS, ALLOW_NO_OWNER]);
    const change = changeOf(event, query, readChoice(query, PRINCIPAL_PARAMETERS));
    noteChange(note, caller, change);
    const content = grantContentOf(readBody(event, schema, MAX_BODY_BYTES));
    const set = await setGrant(administratorOf(caller), change, content, dependencies);
    if (set.outcome === 'refused') throw problemOfAdministration(set);
    note({ outcome: set.outcome });
    const { grant, mark } = set;
    if (mark !== undefined) await revokeWithdrawn([{ ...change, mark }], dependencies);
    return json(set.outcome === 'created' ? 201 : 200, grantAnswer(grant), { etag: `"${grant.etag}"` });
  }, dependencies.log);
}

/** `DELETE /v1/documents/{documentId}/grants`: removes one principal's grant, or with `?all` every grant. */
export function removeGrantsRoute(dependencies: ChangeGrantsDependencies): ApiHandler {
  return route(async (event, note) => {
    const caller = callerOf(event, dependencies.claimNames);
    const query = readQuery(event, [...PRINCIPAL_PARAMETERS, ALL, ALLOW_NO_OWNER]);
    const named = readChoice(query, [...PRINCIPAL_PARAMETERS, ALL]);
    if (named === ALL) {
      readFlag(query, ALL);
      return removeAll(event, caller, dependencies, note);
    }
    const change = changeOf(event, query, named);
    noteChange(note, caller, change);
    const removal = await removeGrant(administratorOf(caller), change, dependencies);
    if (removal.outcome === 'refused') throw problemOfAdministration(removal);
    await revokeWithdrawn([{ ...change, mark: removal.mark }], dependencies);
    return noContent();
  }, dependencies.log);
}

async function removeAll(
  event: ApiEvent,
  caller: Caller,
  dependencies: ChangeGrantsDependencies,
  note: Note,
): Promise<ApiResult> {
  const documentId = documentIdIn(event);
  note({ documentId, userId: caller.subject.userId, principal: ALL });
  assertScope(caller, SCOPE, "To remove all of a document's grants");
  // All grants together have no ETag, so there is none that could match.
  if (!preconditionOf(event)(undefined)) {
    throw problemOfAdministration({ outcome: 'refused', reason: 'precondition-failed' });
  }
  const removals = await removeAllGrants(documentId, dependencies);
  await revokeWithdrawn(
    removals.map((removal) => ({ documentId, ...removal })),
    dependencies,
  );
  return noContent();
}

/**
 * Ends the live tokens that were built from grants as they were. The grants bear a mark: what fails here, or takes too
 * long, is left to the sweeper, and the change stands.
 */
async function revokeWithdrawn(
  withdrawals: readonly Withdrawal[],
  { revocation, log }: ChangeGrantsDependencies,
): Promise<void> {
  try {
    await finishWithdrawals(withdrawals, beginRun(revocation, REVOKING_TIME));
  } catch (error) {
    log.warn('live tokens of changed grants could not be revoked and wait', errorFields(error));
  }
}

function changeOf(event: ApiEvent, query: Query, named: (typeof PRINCIPAL_PARAMETERS)[number]): Change {
  return {
    documentId: documentIdIn(event),
    principal: principalIn(query, named),
    precondition: preconditionOf(event),
    allowNoOwner: readFlag(query, ALLOW_NO_OWNER),
  };
}

function noteChange(note: Note, caller: Caller, { documentId, principal }: Change): void {
  note({ documentId, userId: caller.subject.userId, principal: principalKey(principal) });
}

function administratorOf(caller: Caller): Administrator {
  return { subject: caller.subject, unbound: hasScope(caller, SCOPE) };
}

/** The document that the path names, as API Gateway decoded it. */
function documentIdIn({ pathParameters }: ApiEvent): string {
  const documentId = pathParameters?.['documentId'] ?? '';
  if (DOCUMENT_ID_PATTERN.test(documentId)) return documentId;
  throw new Problem(
    'invalid-request',
    'The document id in the path must be 1 to 256 characters of A-Z a-z 0-9 . _ ~ : @ -.',
  );
}

/** The position in a list of grants that a cursor holds. */
function principalAt(position: string): Principal {
  const principal = principalFromKey(position);
  if (principal && (principal.kind === 'everyone' || isPrincipalName(nameOf(principal)))) return principal;
  throw invalidQuery('must have a "cursor" as it came in "nextCursor"');
}

function nameOf(principal: Exclude<Principal, { kind: 'everyone' }>): string {
  return principal.kind === 'user' ? principal.id : principal.name;
}
