export {
  isPrincipalName,
  MAX_GROUPS,
  principalFromKey,
  principalKey,
  principalsOf,
  type Principal,
} from './principals.ts';
export { type CallerRules, type ClaimRules } from './caller-rules.ts';
export { claimIn, faultOfClaimName, type ClaimName, type Claims } from './named-claim.ts';
export { groupsIn, type GroupsInToken, type UnreadGroups } from './groups.ts';
export { displayName, type Subject } from './subject.ts';
export { scopesIn } from './token-scopes.ts';
