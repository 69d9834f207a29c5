export { growHolder, holderFromItem, holderKey, satisfies, type Holder, type HolderNeed } from './holders.ts';
