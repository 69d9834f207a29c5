export {
  decide,
  MAX_COLLABORATION_PERMISSIONS,
  type Allowed,
  type Decision,
  type Policy,
  type Question,
  type Refused,
} from './decision.ts';
export { ANY_LAYER, DEFAULT_LAYERS, isExpired, isPrivateLayer, privateLayerOf, type Grant } from './grant.ts';
export {
  isPrincipalName,
  MAX_GROUPS,
  principalKey,
  principalsOf,
  type Principal,
  type Subject,
} from './principals.ts';
export { parseRoles, RolesError, type Role, type Roles } from './roles.ts';
export { documentPartition, grantFromItem, grantKey, GrantStore, isGrantItem } from './store.ts';
