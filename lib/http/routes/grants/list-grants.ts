import type * as z from 'zod/mini';
import { listGrants, type AdministrationDependencies } from '../../../grants/index.ts';
import {
  isPrincipalName,
  principalFromKey,
  principalKey,
  type CallerRules,
  type Principal,
} from '../../../identity/index.ts';
import type { Logger } from '../../../runtime/log.ts';
import { callerOf } from '../../authentication/caller.ts';
import { encodeCursor } from '../../messages/cursor.ts';
import { pageBounds, pageIn, PAGING_PARAMETERS } from '../../messages/paging.ts';
import { documentIdIn } from '../../messages/path.ts';
import { invalidQuery, readQuery } from '../../messages/query.ts';
import * as routes from '../catalogue.ts';
import { json, route, type ApiHandler } from '../route.ts';
import { administratorOf } from './administrator.ts';
import { problemOfAdministration } from './grant-problems.ts';
import { grantAnswer, type GrantsAnswer } from './schemas.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';

export interface ListGrantsDependencies extends AdministrationDependencies {
  readonly callers: CallerRules;
  readonly log: Logger;
}

const LIST = 'grants';

/** Makes the handler of `GET /v1/documents/{documentId}/grants`: the grants of a document, in pages. */
export function listGrantsHandler(dependencies: ListGrantsDependencies): ApiHandler {
  return route(routes.listGrants, dependencies.log, async (event, note) => {
    const caller = callerOf(event, dependencies);
    const documentId = documentIdIn(event);
    const { limit, after } = pageIn(readQuery(event, PAGING_PARAMETERS), LIST);
    note({ documentId, userId: loggedUser(caller.subject.userId) });
    const behind = after === undefined ? undefined : principalAt(after);
    const bounds = pageBounds(limit, grantAnswer);
    const page = await listGrants(administratorOf(caller), documentId, bounds, behind, dependencies);
    if (page.outcome === 'refused') throw problemOfAdministration(page, caller.subject);
    const answer: z.output<typeof GrantsAnswer> = {
      grants: page.entries.map(grantAnswer),
      ...(page.next && { nextCursor: encodeCursor(LIST, principalKey(page.next)) }),
    };
    return json(200, answer);
  });
}

/** Reads the principal at which a page ended from a cursor's position. */
function principalAt(position: string): Principal {
  const principal = principalFromKey(position);
  if (principal && (principal.kind === 'everyone' || isPrincipalName(nameOf(principal)))) return principal;
  throw invalidQuery('must have a "cursor" as it came in "nextCursor"');
}

function nameOf(principal: Exclude<Principal, { kind: 'everyone' }>): string {
  return principal.kind === 'user' ? principal.id : principal.name;
}
