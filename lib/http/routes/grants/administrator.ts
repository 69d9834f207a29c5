import type { Administrator } from '../../../grants/index.ts';
import type { Caller } from '../../authentication/caller.ts';
import { hasScope, SCOPES } from '../../authentication/scopes.ts';

/** Makes an administrator of grants from a caller. With the scope, the rules for owners do not apply. */
export function administratorOf(caller: Caller): Administrator {
  return { subject: caller.subject, unbound: hasScope(caller, SCOPES.grants) };
}
