import type { Administrator } from '../../../grants/index.ts';
import type { Caller } from '../../authentication/caller.ts';
import { hasScope, SCOPES } from '../../authentication/scopes.ts';

/** Makes a caller the administrator of grants that they are: with the scope, the rules for owners do not bind them. */
export function administratorOf(caller: Caller): Administrator {
  return { subject: caller.subject, unbound: hasScope(caller, SCOPES.grants) };
}
