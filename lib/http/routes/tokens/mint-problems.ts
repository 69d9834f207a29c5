import { sourceKey, type GrantSource } from '../../../grants/index.ts';
import type { Subject } from '../../../identity/index.ts';
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
    case 'default-group-not-granted':
      return lackingGrant('default-group-not-granted', choiceOf(refusal.choices), subject);
    case 'vouched-grant-opens-nothing':
      return new Problem('not-granted', faultOfVouchedGrant(refusal.fault));
    case 'too-many-collaboration-permissions':
      return new Problem(
        'token-too-large',
        `The grants together have too many collaboration permissions. ${remedyFor(refusal.builtFrom)}`,
      );
    case 'token-too-large':
      return new Problem(
        'token-too-large',
        `The token would be longer than 8 KB. ${remedyFor(refusal.builtFrom)}`,
      );
  }
}

/** The most grants or groups that a detail names. A caller can have 500, with long names, and a batch can have 100 such answers. */
const MOST_LISTED = 10;

/**
 * Names the default groups to choose from. A token for the same request can have each of them, so the answer reveals nothing that
 * the tokens of this user would not.
 */
function choiceOf(choices: readonly string[]): string {
  const none =
    'No grant that lets this user write to this layer of this document, with these permissions, gives a default group. Leave out "defaultGroup".';
  if (choices.length === 0) return none;
  return `No grant of this user gives this default group here. Choose one of ${listed(choices)}, or leave out "defaultGroup".`;
}

function faultOfVouchedGrant(fault: string | undefined): string {
  return fault === undefined
    ? 'The "grant" of the request does not open this layer. Name the layer in its "layers", or set its "privateLayer" for the private layer of the user.'
    : `The role of "grant" cannot be used: ${fault}. The grant is for one user, so "{group}" stands for nothing, and a user id with ":", "=" or "*" cannot stand for "{userId}".`;
}

function remedyFor(sources: readonly GrantSource[]): string {
  return sources.some(({ kind }) => kind === 'vouched')
    ? 'Vouch for a role with fewer of them, or ask for fewer permissions.'
    : `Merge the grants of ${listed(sources.map(sourceKey))}, or ask for fewer permissions.`;
}

/** Quotes the first of some names, and counts the others. */
export function listed(all: readonly string[]): string {
  const names = all.slice(0, MOST_LISTED).map((name) => JSON.stringify(name));
  const left = all.length - names.length;
  return left > 0 ? `${names.join(', ')} and ${left} more` : names.join(', ');
}
