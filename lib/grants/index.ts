export {
  type AdministrationDependencies,
  type AdministrationRefusal,
  type Administrator,
  type Beyond,
} from './administration.ts';
export { isSameContent, removeGrant, setGrant, type Change } from './changing.ts';
export {
  decide,
  MAX_COLLABORATION_PERMISSIONS,
  wouldExpiredAllow,
  type Allowed,
  type Decision,
  type Policy,
  type Question,
  type Refused,
} from './decision.ts';
export {
  listDocuments,
  MAX_LISTED_LAYERS,
  type DocumentsDependencies,
  type OpenableDocument,
  type OpenableLayer,
} from './documents.ts';
export {
  ANY_LAYER,
  DEFAULT_LAYERS,
  isExpired,
  isPrivateLayer,
  privateLayerOf,
  sourceKey,
  VOUCHED,
  VOUCHED_KEY,
  type DecidingGrant,
  type Grant,
  type GrantSource,
  type VouchedGrant,
} from './grant.ts';
export { grantFromItem, grantToItem } from './item.ts';
export { listGrants } from './listing.ts';
export { narrows } from './narrowing.ts';
export { readGrantItems, type ItemsBeside } from './reads/of-principals.ts';
export { MAX_ITEMS_A_REQUEST, RequestReads, TooManyItemsError } from './reads/request-reads.ts';
export { isOwner, makesOwner } from './ownership.ts';
export { type PageBounds } from './page.ts';
export { removeAllGrants, type Removal } from './removing-all.ts';
export { fillRole, parseRoles, RolesError, type Roles } from './roles.ts';
export { LEFT_OUT, unusableGrantWarning, type LeftOut, type Verdict } from './verdict.ts';
export { GrantStore, writeInto, type ConditionalPut, type GrantContent, type Slot } from './store.ts';
