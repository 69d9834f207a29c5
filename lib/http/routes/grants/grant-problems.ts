import type { AdministrationRefusal, Beyond } from '../../../grants/index.ts';
import { SCOPES } from '../../authentication/scopes.ts';
import { Problem } from '../../problems/problem.ts';

/** Makes the problem to answer with of a refusal to show or change grants. */
export function problemOfAdministration(refusal: AdministrationRefusal): Problem {
  switch (refusal.reason) {
    case 'no-owner':
      return new Problem(
        'not-granted',
        `Grants are administered by the owners of the document, and by callers with the scope ${SCOPES.grants}.`,
      );
    case 'owner-for-everyone':
      return new Problem(
        'scope-missing',
        `To make everyone an owner needs a caller token with the scope ${SCOPES.grants}.`,
      );
    case 'beyond-own-grants':
      return new Problem(
        'beyond-own-grants',
        `${refusal.of === 'new' ? 'The grant' : 'The grant that is there'} covers ${named(refusal.beyond)}, which no owner grant of yours covers for as long. An owner decides only within their own owner grants; the scope ${SCOPES.grants} lifts this.`,
      );
    case 'last-owner':
      return new Problem(
        'last-owner',
        `No other owner of the document has a grant that lasts as long as this one. Grant "owner" to somebody else first; or, to leave the document without an owner on purpose, add the query parameter allowNoOwner. After that, only a caller with the scope ${SCOPES.grants} can administer its grants.`,
      );
    case 'precondition-failed':
      return new Problem(
        'precondition-failed',
        'The grant is not as If-Match or If-None-Match say. List the grants again, and decide from what they are now.',
      );
    case 'no-grant':
      return new Problem('no-such-grant', 'This principal has no grant on this document.');
  }
}

function named(beyond: Beyond): string {
  if ('anyLayer' in beyond) return 'every shared layer';
  if ('privateLayer' in beyond) return 'the private layer';
  return beyond.layer === '' ? 'the default layer' : `the layer ${JSON.stringify(beyond.layer)}`;
}
