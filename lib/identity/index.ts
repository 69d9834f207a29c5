export {
  isPrincipalName,
  MAX_GROUPS,
  principalFromKey,
  principalKey,
  principalsOf,
  type Principal,
} from './principals.ts';
export { type CallerRules, type ClaimName, type ClaimRules } from './caller-rules.ts';
export { displayName, type Subject } from './subject.ts';
