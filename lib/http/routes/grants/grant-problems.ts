import type { AdministrationRefusal, Beyond } from '../../../grants/index.ts';
import type { Subject } from '../../../identity/index.ts';
import { lackingGrant } from '../../authentication/lacking-grant.ts';
import { SCOPES } from '../../authentication/scopes.ts';
import { Problem } from '../../problems/problem.ts';

/**
 * Turns a refusal to show or change grants into the problem to answer with.
 *
 * @param subject - the caller that was refused
 */
export function problemOfAdministration(
  refusal: AdministrationRefusal,
  subject: Pick<Subject, 'unreadGroups'>,
): Problem {
  switch (refusal.reason) {
    case 'no-owner':
      return lackingGrant(
        'not-granted',
        `Grants are administered by the owners of the document, and by callers with the scope ${SCOPES.grants}.`,
        subject,
      );
    case 'owner-for-everyone':
      return new Problem(
        'scope-missing',
        `To make everyone an owner needs a caller token with the scope ${SCOPES.grants}.`,
      );
    case 'beyond-own-grants':
      return lackingGrant(
        'beyond-own-grants',
        `${refusal.of === 'new' ? 'The grant' : 'The present grant'} covers ${named(refusal.beyond)}. None of your own owner grants covers that for as long. Owners can set and remove only grants within their own owner grants; the scope ${SCOPES.grants} lifts this limit.`,
        subject,
      );
    case 'last-owner':
      return new Problem(
        'last-owner',
        `No other owner of the document has a grant that lasts as long as this one. Grant "owner" to another user first. To leave the document without an owner on purpose, add the query parameter allowNoOwner; after that, only a caller with the scope ${SCOPES.grants} can administer its grants.`,
      );
    case 'too-many-grants':
      return new Problem(
        'too-many-items',
        `The document has too many grants to look for another owner among them. To change this grant all the same, add the query parameter allowNoOwner. If there is no other owner, only a caller with the scope ${SCOPES.grants} can administer its grants after that.`,
      );
    case 'precondition-failed':
      return new Problem(
        'precondition-failed',
        'The grant does not match If-Match or If-None-Match. List the grants again, and decide from their present state.',
      );
    case 'no-grant':
      return new Problem(
        'no-such-grant',
        'The document has no grant for the user, group or everyone in the query string.',
      );
  }
}

function named(beyond: Beyond): string {
  if ('anyLayer' in beyond) return 'every shared layer';
  if ('privateLayer' in beyond) return 'the private layer';
  return beyond.layer === '' ? 'the default layer' : `the layer ${JSON.stringify(beyond.layer)}`;
}
