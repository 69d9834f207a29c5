import type { output } from 'zod/mini';
import type { Caller } from './caller.ts';
import type { OnBehalfOf } from '../routes/tokens/mint-request.ts';
import { assertScope, SCOPES } from './scopes.ts';
import type { Subject } from '../../identity/index.ts';

/**
 * The person that tokens are minted for: the caller, or whoever the caller has authenticated itself and speaks for.
 *
 * @throws Problem 403 where the caller may not speak for anybody.
 */
export function subjectFor(caller: Caller, onBehalfOf: output<typeof OnBehalfOf> | undefined): Subject {
  if (onBehalfOf === undefined) return caller.subject;
  assertScope(caller, SCOPES.onBehalf, '"onBehalfOf"');
  const { userId, groups = [], name } = onBehalfOf;
  return { userId, groups: [...new Set(groups)], ...(name !== undefined && { name }) };
}
