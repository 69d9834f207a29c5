import type { Api } from '../../api.ts';
import { grantsPath, isSame, readGrantPage, type Grant, type Principal } from './grant.ts';

/** More than the grants of any document: the service reads at most 5,000. */
const MAX_PAGES = 50;

/** Finds the present grant of a principal. Undefined if there is none. */
export async function findGrant(
  api: Api,
  documentId: string,
  principal: Principal,
): Promise<Grant | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = `?limit=200${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body } = await api.get(grantsPath(documentId) + query, readGrantPage);
    const found = body.grants.find((it) => isSame(it.principal, principal));
    if (found !== undefined || body.nextCursor === undefined) return found;
    cursor = body.nextCursor;
  }
  return undefined;
}
