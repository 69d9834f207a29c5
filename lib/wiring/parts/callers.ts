import type { ClaimNames } from '../../identity/index.ts';
import { text } from '../../runtime/environment.ts';

const claimName = text('must name a claim of the caller token');

/** The variables of a function that identifies callers. */
export const ofCallers = { USER_ID_CLAIM: claimName, GROUPS_CLAIM: claimName, NAME_CLAIM: claimName };

/** Reads the names of the claims of a stage from its environment. */
export function claimNamesOf(environment: {
  readonly USER_ID_CLAIM: string;
  readonly GROUPS_CLAIM: string;
  readonly NAME_CLAIM: string;
}): ClaimNames {
  return {
    userId: environment.USER_ID_CLAIM,
    groups: environment.GROUPS_CLAIM,
    name: environment.NAME_CLAIM,
  };
}
