import type { Caller } from './caller.ts';
import { Problem } from '../problems/problem.ts';

/** The scopes of caller tokens, each of which allows what is not for every caller. */
export const SCOPES = {
  onBehalf: 'layermint/on-behalf',
  grants: 'layermint/grants',
  revocations: 'layermint/revocations',
  backendTokens: 'layermint/backend-tokens',
} as const;

/** One of the scopes. */
export type Scope = (typeof SCOPES)[keyof typeof SCOPES];

/** Tells whether the caller's token carries a scope, as a whole word. */
export function hasScope({ scopes }: Caller, scope: Scope): boolean {
  return scopes.has(scope);
}

/**
 * Lets only callers with a scope pass.
 *
 * @param what - begins the sentence that says what needs the scope
 * @throws Problem 403 if the caller's token lacks the scope.
 */
export function assertScope(caller: Caller, scope: Scope, what: string): void {
  if (hasScope(caller, scope)) return;
  throw new Problem('scope-missing', `${what} needs a caller token with the scope ${scope}.`);
}
