export {
  isPrincipalName,
  MAX_GROUPS,
  principalFromKey,
  principalKey,
  principalsOf,
  type Principal,
} from './principals.ts';
export { type ClaimNames } from './claim-names.ts';
export { displayName, type Subject } from './subject.ts';
