import type { Subject } from '../../identity/index.ts';
import type { Caller } from './caller.ts';
import { assertScope, SCOPES } from './scopes.ts';

/** A person that a backend has authenticated itself and asks for. */
interface Represented {
  readonly userId: string;
  readonly groups?: readonly string[] | undefined;
  readonly name?: string | undefined;
}

/**
 * Tells whom tokens are minted for: the caller, or the person that the caller has authenticated itself and asks for.
 *
 * @throws Problem 403 if the caller may not ask for another person.
 */
export function subjectFor(caller: Caller, onBehalfOf: Represented | undefined): Subject {
  if (onBehalfOf === undefined) return caller.subject;
  assertScope(caller, SCOPES.onBehalf, '"onBehalfOf"');
  const { userId, groups = [], name } = onBehalfOf;
  return { userId, groups: [...new Set(groups)], ...(name !== undefined && { name }) };
}
