export { familyId } from './family.ts';
export { growHolder, holderFromItem, holderKey, satisfies, type Holder, type HolderNeed } from './holders.ts';
