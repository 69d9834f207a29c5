import * as z from 'zod';
import { encodeCursor } from '../../../lib/http/messages/cursor.ts';
import { DEFAULT_LIMIT } from '../../../lib/http/messages/paging.ts';
import { listDocumentsHandler } from '../../../lib/http/routes/documents/list-documents.ts';
import { DocumentsAnswer } from '../../../lib/http/routes/documents/schemas.ts';
import type { Subject } from '../../../lib/identity/index.ts';
import { group, user } from '../../support/grants/grants.ts';
import { lambdaContext } from '../../support/http/events.ts';
import type { Timed } from './cpu-time.ts';
import {
  callerIn,
  documentId,
  grantsOnDocuments,
  groupName,
  requestBy,
  scaleWorld,
  type ScaleWorld,
} from './scale-world.ts';

/** The sizes of a list. */
export interface ListingSizes {
  /** The documents that the caller can open. */
  readonly documents: number;
  /** The groups of the caller. Each has a grant on its part of the documents; without groups, the caller has them. */
  readonly groups: number;
  readonly page: PlaceOfPage;
}

/** The place of a page in its list. */
export type PlaceOfPage = 'first' | 'middle' | 'last';

/** The counted work of a page. */
export interface ListingCounts {
  readonly documents: number;
  readonly queries: number;
  readonly items: number;
  /** Units of eventually consistent reads, half a unit for each 4 KB. */
  readonly readUnits: number;
}

/** A page to time, and its counts. */
export interface ListingCase {
  readonly sizes: ListingSizes;
  readonly counts: ListingCounts;
  readonly page: Timed;
}

/** Makes a case: a page of the default size. */
export async function listingCase(sizes: ListingSizes): Promise<ListingCase> {
  const caller = callerIn(sizes.groups);
  const world = await scaleWorld(grantsFor(caller, sizes.documents));
  const before = documentsBefore(sizes);
  const read = pageOf(world, caller, before === 0 ? undefined : documentId(before - 1));
  const { aws } = world;
  aws.calls.clear();
  aws.indexReadUnits = 0;
  aws.itemsRead = 0;
  const { documents } = await read();
  return {
    sizes,
    counts: {
      documents: documents.length,
      queries: aws.calls.get('Query') ?? 0,
      items: aws.itemsRead,
      readUnits: aws.indexReadUnits,
    },
    page: read,
  };
}

function documentsBefore({ documents, page }: ListingSizes): number {
  if (page === 'first') return 0;
  return page === 'middle' ? Math.floor(documents / 2) : Math.max(0, documents - DEFAULT_LIMIT);
}

/** Reads a whole list, page by page. @returns the number of its pages, and the units of all of them */
export async function wholeList(
  documents: number,
  groups: number,
): Promise<{ readonly pages: number; readonly readUnits: number }> {
  const caller = callerIn(groups);
  const world = await scaleWorld(grantsFor(caller, documents));
  let [pages, found] = [0, 0];
  let after: string | undefined;
  do {
    const page = await pageOf(world, caller, after)();
    pages += 1;
    found += page.documents.length;
    after = page.nextCursor === undefined ? undefined : page.documents.at(-1)?.documentId;
  } while (after !== undefined);
  if (found !== documents) throw new Error(`The list has ${found} of ${documents} documents`);
  return { pages, readUnits: world.aws.indexReadUnits };
}

function grantsFor({ userId, groups }: Subject, documents: number) {
  if (groups.length === 0) return [grantsOnDocuments(user(userId), documents)];
  // Neighbours in the list belong to different groups, so every page needs all of them.
  return groups.map((_, index) => {
    const share = Math.floor(documents / groups.length) + (index < documents % groups.length ? 1 : 0);
    return grantsOnDocuments(group(groupName(index)), share, (at) => documentId(at * groups.length + index));
  });
}

function pageOf({ dependencies }: ScaleWorld, caller: Subject, after: string | undefined) {
  const { roles, privateLayerPrefix } = dependencies;
  const handler = listDocumentsHandler({ ...dependencies, policy: { roles, privateLayerPrefix } });
  const cursor = after === undefined ? '' : `cursor=${encodeCursor('documents', after)}`;
  const event = { ...requestBy(caller, { route: 'GET /v1/documents' }), rawQueryString: cursor };
  return async (): Promise<z.output<typeof DocumentsAnswer>> => {
    const { statusCode, body = '' } = await handler(event, lambdaContext());
    if (statusCode !== 200) throw new Error(`The list answered ${String(statusCode)}: ${body}`);
    return z.parse(DocumentsAnswer, JSON.parse(body));
  };
}
