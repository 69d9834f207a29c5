import type * as z from 'zod/mini';
import { DOCUMENT_ID_PATTERN } from '../../../document-engine/index.ts';
import { listDocuments, type DocumentsDependencies } from '../../../grants/index.ts';
import { callerOf } from '../../authentication/caller.ts';
import { encodeCursor } from '../../messages/cursor.ts';
import { documentAnswer, type DocumentsAnswer } from './schemas.ts';
import { pageBounds, pageIn, PAGING_PARAMETERS } from '../../messages/paging.ts';
import { invalidQuery, readQuery } from '../../messages/query.ts';
import * as routes from '../catalogue.ts';
import { json, route, type ApiHandler } from '../route.ts';
import type { CallerRules } from '../../../identity/index.ts';
import { loggedUser } from '../../../runtime/user-id-in-logs.ts';

export interface ListDocumentsDependencies extends DocumentsDependencies {
  readonly callers: CallerRules;
}

const LIST = 'documents';

/** Makes the handler of `GET /v1/documents`: the documents and layers that the caller can open, in pages. */
export function listDocumentsHandler(dependencies: ListDocumentsDependencies): ApiHandler {
  return route(routes.listDocuments, dependencies.log, async (event, note) => {
    const { subject } = callerOf(event, dependencies);
    const { limit, after } = pageIn(readQuery(event, PAGING_PARAMETERS), LIST);
    note({ userId: loggedUser(subject.userId), groups: subject.groups.length });
    if (after !== undefined && !DOCUMENT_ID_PATTERN.test(after)) {
      throw invalidQuery('must have a "cursor" as it came in "nextCursor"');
    }
    const bounds = pageBounds(limit, documentAnswer);
    const { entries, next } = await listDocuments(subject, bounds, after, dependencies);
    const answer: z.output<typeof DocumentsAnswer> = {
      documents: entries.map(documentAnswer),
      ...(next !== undefined && { nextCursor: encodeCursor(LIST, next) }),
    };
    return json(200, answer);
  });
}
