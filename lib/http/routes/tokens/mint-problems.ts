import { principalKey, type Principal } from '../../../identity/index.ts';
import type { MintRefusal } from '../../../tokens/index.ts';
import { Problem } from '../../problems/problem.ts';

/**
 * Makes the problem to answer with of a refusal to mint. A document that does not exist and one without a grant get the
 * same answer.
 */
export function problemOfRefusal(refusal: MintRefusal): Problem {
  switch (refusal.reason) {
    case 'no-grant':
      return new Problem('not-granted', 'No grant lets this user open this layer of this document.');
    case 'permissions-not-granted':
      return new Problem(
        'permissions-not-granted',
        `Not granted on this layer of this document: ${refusal.permissions.join(', ')}. Leave "permissions" out to get all that are granted.`,
      );
    case 'too-many-collaboration-permissions':
      return new Problem(
        'token-too-large',
        `The grants together bring too many collaboration permissions. Merge the grants of ${listed(refusal.builtFrom)}, or ask for fewer permissions.`,
      );
    case 'token-too-large':
      return new Problem(
        'token-too-large',
        `The token would be longer than 8 KB. Merge the grants of ${listed(refusal.builtFrom)}, or ask for fewer permissions.`,
      );
  }
}

function listed(principals: readonly Principal[]): string {
  return principals.map((principal) => JSON.stringify(principalKey(principal))).join(', ');
}
