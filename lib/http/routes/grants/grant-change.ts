import type { Change } from '../../../grants/index.ts';
import { documentIdIn } from '../../messages/path.ts';
import { preconditionOf } from '../../messages/preconditions.ts';
import { readFlag, type Query } from '../../messages/query.ts';
import type { ApiEvent } from '../route.ts';
import { principalIn, type PRINCIPAL_PARAMETERS } from './principal-query.ts';

/** The parameter with which a change can leave the document without an owner. */
export const ALLOW_NO_OWNER = 'allowNoOwner';

/**
 * Reads the grant to change and the conditions of the change.
 *
 * @param named - the parameter that names the principal
 * @throws Problem 400 if the document id, the principal, a header or a parameter is not valid
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
