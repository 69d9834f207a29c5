export {
  isPrincipalName,
  MAX_GROUPS,
  principalFromKey,
  loggedPrincipal,
  principalKey,
  principalsOf,
  type Principal,
} from './principals.ts';
export { type CallerRules, type ClaimRules, type TokenRules } from './caller-rules.ts';
export { claimIn, faultOfClaimName, type ClaimName, type Claims } from './named-claim.ts';
export { groupsIn, type GroupsInToken, type UnreadGroups } from './groups.ts';
export { faultOfPrefixes, nameInStage, type IssuerNames, type IssuerRules } from './issuer-rules.ts';
export { singleBearer } from './single-bearer.ts';
export { displayName, type Subject } from './subject.ts';
export { scopesIn } from './token-scopes.ts';
