import { type ClaimNames } from '../identity/index.ts';

/** The claims of callers' tokens that a stage goes by. */
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
