import type { Caller } from './caller.ts';
import { Problem } from '../problems/problem.ts';

/** The scopes of caller tokens. Each allows something that other callers cannot do. */
export const SCOPES = {
  onBehalf: 'layermint/on-behalf',
  vouch: 'layermint/vouch',
  grants: 'layermint/grants',
  revocations: 'layermint/revocations',
  backendTokens: 'layermint/backend-tokens',
} as const;

export type Scope = (typeof SCOPES)[keyof typeof SCOPES];

/** Tells whether the caller's token has a scope, as a whole word. */
export function hasScope({ scopes }: Caller, scope: Scope): boolean {
  return scopes.has(scope);
}

/**
 * Checks that the caller's token has a scope.
 *
 * @param subject - of the sentence "... needs a caller token with the scope ..."
 * @throws Problem 403 if the token lacks the scope
 */
export function assertScope(caller: Caller, scope: Scope, subject: string): void {
  if (hasScope(caller, scope)) return;
  throw new Problem('scope-missing', `${subject} needs a caller token with the scope ${scope}.`);
}
