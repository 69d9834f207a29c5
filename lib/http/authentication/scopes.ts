import type { Caller } from './caller.ts';
import { Problem } from '../problems/problem.ts';

/** The scopes of caller tokens that let somebody do what is not for every caller. */
export type Scope =
  'layermint/on-behalf' | 'layermint/grants' | 'layermint/revocations' | 'layermint/backend-tokens';

/** Whether the caller's token carries a scope, as a whole word. */
export function hasScope({ scopes }: Caller, scope: Scope): boolean {
  return scopes.has(scope);
}

/**
 * @param what - begins the sentence that says what needs the scope
 * @throws Problem 403 where the caller's token lacks the scope.
 */
export function assertScope(caller: Caller, scope: Scope, what: string): void {
  if (hasScope(caller, scope)) return;
  throw new Problem('scope-missing', `${what} needs a caller token with the scope ${scope}.`);
}
