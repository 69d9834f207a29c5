import { principalKey, type Principal, type Subject } from '../../../identity/index.ts';
import type { MintRefusal } from '../../../tokens/index.ts';
import { lackingGrant } from '../../authentication/lacking-grant.ts';
import { Problem } from '../../problems/problem.ts';

/**
 * Turns a refusal to mint into the problem to answer with. A document that does not exist and one without a grant get the same
 * answer, so that nobody can probe for documents.
 *
 * @param subject - the person that the token was for
 */
export function problemOfRefusal(refusal: MintRefusal, subject: Pick<Subject, 'unreadGroups'> = {}): Problem {
  switch (refusal.reason) {
    case 'no-grant':
      return lackingGrant(
        'not-granted',
        'No grant lets this user open this layer of this document.',
        subject,
      );
    case 'permissions-not-granted':
      return lackingGrant(
        'permissions-not-granted',
        `Not granted on this layer of this document: ${refusal.permissions.join(', ')}. Leave out "permissions" to get all granted ones.`,
        subject,
      );
    case 'too-many-collaboration-permissions':
      return new Problem(
        'token-too-large',
        `The grants together have too many collaboration permissions. Merge the grants of ${listed(refusal.builtFrom)}, or ask for fewer permissions.`,
      );
    case 'token-too-large':
      return new Problem(
        'token-too-large',
        `The token would be longer than 8 KB. Merge the grants of ${listed(refusal.builtFrom)}, or ask for fewer permissions.`,
      );
  }
}

/** The most grants that a detail names. A caller can have 500, with long names, and a batch can have 100 such answers. */
const MOST_LISTED = 10;

function listed(principals: readonly Principal[]): string {
  const names = principals.slice(0, MOST_LISTED).map((principal) => JSON.stringify(principalKey(principal)));
  const left = principals.length - names.length;
  return left > 0 ? `${names.join(', ')} and ${left} more` : names.join(', ');
}
