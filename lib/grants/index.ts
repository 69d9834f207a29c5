export {
  isOwner,
  isSameContent,
  listGrants,
  removeAllGrants,
  removeGrant,
  setGrant,
  type AdministrationDependencies,
  type AdministrationRefusal,
  type Administrator,
  type Change,
  type GrantPage,
  type Removal,
  type RemoveOutcome,
  type SetOutcome,
} from './administration.ts';
export {
  decide,
  MAX_COLLABORATION_PERMISSIONS,
  type Allowed,
  type Decision,
  type Policy,
  type Question,
  type Refused,
} from './decision.ts';
export {
  listDocuments,
  type DocumentPage,
  type DocumentsDependencies,
  type OpenableDocument,
  type OpenableLayer,
} from './documents.ts';
export { ANY_LAYER, DEFAULT_LAYERS, isExpired, isPrivateLayer, privateLayerOf, type Grant } from './grant.ts';
export { grantFromItem, grantToItem } from './item.ts';
export { OWNER, type Beyond } from './ownership.ts';
export { type PageBounds } from './page.ts';
export { parseRoles, RolesError, type Role, type Roles } from './roles.ts';
export { GrantStore, type GrantContent, type Slot } from './store.ts';
