import { displayName, type Subject } from '../../identity/index.ts';
import type { Caller } from './caller.ts';
import { assertScope, SCOPES } from './scopes.ts';

/** A person named in a request. */
export interface Represented {
  readonly userId: string;
  readonly groups?: readonly string[] | undefined;
  readonly name?: string | undefined;
}

/**
 * Returns the person to mint tokens for: the caller, or the person named in `onBehalfOf`. A name that records cannot show is left
 * out.
 *
 * @throws Problem 403 if `onBehalfOf` is there and the caller's token lacks the scope for it
 */
export function subjectFor(caller: Caller, onBehalfOf: Represented | undefined): Subject {
  if (onBehalfOf === undefined) return caller.subject;
  assertScope(caller, SCOPES.onBehalf, '"onBehalfOf"');
  return subjectNamed(onBehalfOf);
}

/** Makes the subject that a request names, by the rules of {@link subjectFor}. It checks no scope. */
export function subjectNamed({ userId, groups = [], name }: Represented): Subject {
  const shown = displayName(name);
  return { userId, groups: [...new Set(groups)], ...(shown !== undefined && { name: shown }) };
}

/**
 * Checks that the caller may vouch for the user of `onBehalfOf`. The scope for `onBehalfOf` itself is checked by
 * {@link subjectFor}: each of the two members needs its own.
 *
 * @throws Problem 403 if a request has a grant and the caller's token lacks the scope for it
 */
export function assertMayVouch(caller: Caller, { grant }: { readonly grant?: unknown }): void {
  if (grant !== undefined) assertScope(caller, SCOPES.vouch, '"grant"');
}
