export {
  BY_DUE,
  BY_PRINCIPAL,
  documentOfPartition,
  documentPartition,
  DUE_SHARDS,
  dueShard,
  GRANT_KEYS_BEGIN,
  grantKey,
  HOLDER_KEYS_BEGIN,
  holderIndexKey,
  holderKey,
  holderOfKey,
  isGrantKey,
  jobKey,
  jobOfKey,
  KEYS_PARTITION,
  LEASE_KEY,
  principalOfGrantKey,
  publishedKeyKey,
} from './keys.ts';
export {
  grantAttributes,
  grantItem,
  grantTombstone,
  isGrantItem,
  type GrantAttributes,
} from './grant-item.ts';
export { leaseAttributes, leaseItem, type LeaseAttributes } from './lease-item.ts';
export {
  publishedKeyAttributes,
  publishedKeyItem,
  type PublishedKeyAttributes,
} from './published-key-item.ts';
export {
  StoreUnavailableError,
  Table,
  type Expression,
  type Item,
  type Key,
  type Page,
  type StartKey,
} from './table.ts';
export { CHANGED, untilUnchanged } from './until-unchanged.ts';
