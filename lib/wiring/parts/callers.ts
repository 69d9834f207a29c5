import * as z from 'zod/mini';
import type { CallerRules, ClaimRules } from '../../identity/index.ts';
import { json, optionalText } from '../../runtime/environment.ts';
import { claimName } from './claim-name.ts';
import { issuerRulesOf, ofIssuers } from './issuers.ts';

const LIST = 'must be a list of names of claims';

const SCOPES = 'must be a list of scopes';

/** The variables of a function that identifies callers. */
export const ofCallers = {
  ...ofIssuers,
  USER_ID_CLAIM: claimName,
  GROUPS_CLAIM: claimName,
  GROUPS_SEPARATOR: optionalText,
  NAME_CLAIM: claimName,
  SCOPES_CLAIM: json(z.array(claimName, { error: LIST }), LIST),
  BACKENDS: z.optional(
    json(
      z.record(z.string(), z.array(z.string({ error: SCOPES }), { error: SCOPES }), {
        error: 'must map user ids to lists of scopes',
      }),
      'must map user ids to lists of scopes',
    ),
  ),
};

/** Reads the rules by which a stage reads its callers from its environment. */
export function callerRulesOf(variables: z.output<z.ZodMiniObject<typeof ofCallers>>): CallerRules {
  const { USER_ID_CLAIM, GROUPS_CLAIM, GROUPS_SEPARATOR, NAME_CLAIM, SCOPES_CLAIM } = variables;
  const { BACKENDS, ISSUERS } = variables;
  const claims: ClaimRules = {
    userId: USER_ID_CLAIM,
    groups: GROUPS_CLAIM,
    ...(GROUPS_SEPARATOR && { groupsSeparator: GROUPS_SEPARATOR }),
    name: NAME_CLAIM,
    scopes: SCOPES_CLAIM,
  };
  return {
    claims,
    backends: new Map(Object.entries(BACKENDS ?? {})),
    ...(ISSUERS && { issuers: issuerRulesOf(ISSUERS, claims) }),
  };
}
