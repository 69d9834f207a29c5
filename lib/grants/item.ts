import { grantAttributes, grantItem, principalOfGrantKey, type Item } from '../table/index.ts';
import type { Grant } from './grant.ts';

/** Reads a grant from its item; undefined if the item cannot be read, and so grants nothing. */
export function grantFromItem(item: Item): Grant | undefined {
  const principal = principalOfGrantKey(item);
  const attributes = grantAttributes(item);
  if (principal === undefined || attributes === undefined) return undefined;
  return { principal, ...attributes };
}

/** Writes a grant as its item. */
export function grantToItem(documentId: string, { principal, ...attributes }: Grant): Item {
  return grantItem(documentId, principal, attributes);
}
