import type { Change } from '../../../grants/index.ts';
import { documentIdIn } from '../../messages/path.ts';
import { preconditionOf } from '../../messages/preconditions.ts';
import { readFlag, type Query } from '../../messages/query.ts';
import type { ApiEvent } from '../route.ts';
import { principalIn, type PRINCIPAL_PARAMETERS } from './principal-query.ts';

/** The parameter that says that the document may be left without an owner. */
export const ALLOW_NO_OWNER = 'allowNoOwner';

/**
 * Reads which grant is to be changed, and on what terms.
 *
 * @param named - the parameter that names the principal
 * @throws Problem 400
 */
export function changeIn(
  event: ApiEvent,
  query: Query,
  named: (typeof PRINCIPAL_PARAMETERS)[number],
): Change {
  return {
    documentId: documentIdIn(event),
    principal: principalIn(query, named),
    precondition: preconditionOf(event),
    allowNoOwner: readFlag(query, ALLOW_NO_OWNER),
  };
}
