export {
  BY_DUE,
  BY_PRINCIPAL,
  documentOfPartition,
  documentPartition,
  DUE_SHARDS,
  GRANT_KEYS_BEGIN,
  grantKey,
  HOLDER_KEYS_BEGIN,
  holderKey,
  holderOfKey,
  jobKey,
  KEYS_PARTITION,
  LEASE_KEY,
  limitKey,
  principalOfGrantKey,
  publishedKeyKey,
  REPLACEABLE_ENTRY_KEY,
} from './keys.ts';
export {
  DUE_ATTRIBUTES,
  dueFrom,
  dueKindOf,
  dueOf,
  type Due,
  type DueAttributes,
  type DueKind,
} from './due-attributes.ts';
export { dueIn, grantsOf, grantsTo, heldBy, holdersOf, NOTHING_THERE, TTL_NAME } from './expressions.ts';
export {
  grantAttributes,
  grantItem,
  grantTombstone,
  grantUnchanged,
  isGrantItem,
  markAttributes,
  markName,
  markWalk,
  type GrantAttributes,
  type MarkAttributes,
  type MarkWalk,
} from './grant-item.ts';
export { holderAttributes, holderItem, type HolderAttributes } from './holder-item.ts';
export {
  formerJobAttributes,
  jobAttributes,
  jobItem,
  type FormerJobAttributes,
  type JobAttributes,
  type JobRequest,
  type JobRequests,
} from './job-item.ts';
export { fullAtOf } from './limit-item.ts';
export { leaseAttributes, leaseItem, type LeaseAttributes } from './lease-item.ts';
export {
  publishedKeyAttributes,
  publishedKeyItem,
  type PublishedKeyAttributes,
} from './published-key-item.ts';
export { replaceableEntry, replaceableEntryItem } from './replaceable-entry-item.ts';
export {
  StoreContendedError,
  StoreRefusedError,
  StoreThrottledError,
  StoreUnavailableError,
  unreadableItem,
} from './errors.ts';
export {
  LANDS_WITHIN,
  Table,
  type Expression,
  type Item,
  type Key,
  type Page,
  type StartKey,
  type Updated,
} from './table.ts';
export { CHANGED, untilUnchanged } from './until-unchanged.ts';
