import { DOCUMENT_ID_PATTERN } from '../../document-engine/index.ts';
import { grantFromItem, makesOwner, readGrantItems, RequestReads, type Roles } from '../../grants/index.ts';
import type { Seconds } from '../../runtime/time.ts';
import { familyId, holderFromItem, type Holder } from '../../revocation/index.ts';
import { check, shown, type Check, type Finding } from './check.ts';
import type { JsonObject } from './decoding.ts';
import { holderKey, type Table } from '../../table/index.ts';
import { isPrincipalName, principalsOf, type Subject } from '../../identity/index.ts';

/** A person or backend that inspects a token. */
export interface Inspector {
  readonly subject: Subject;
  /** True if they can revoke anybody's tokens. They can then see of every token whether it was revoked. */
  readonly mayRevoke: boolean;
}

const RULE = { rule: 'revoked', basis: 'documented', expected: 'a "jti" that was not revoked' } as const;

/**
 * Checks whether the family of a token was revoked, as far as this service knows. Only the token's own user, owners of its document,
 * and inspectors that can revoke anybody's tokens get the result.
 *
 * @param claims - of a token with a verified signature, so that an invented token reveals nothing
 * @param at - since the Unix epoch
 * @throws StoreUnavailableError if the table does not answer
 */
export async function revocationChecks(
  { document_id: documentId, user_id: userId, jti }: JsonObject,
  inspector: Inspector,
  { table, roles }: { readonly table: Table; readonly roles: Roles },
  at: Seconds,
): Promise<Check[]> {
  if (typeof jti !== 'string') return [];
  if (typeof documentId !== 'string' || !DOCUMENT_ID_PATTERN.test(documentId)) return [];
  if (typeof userId !== 'string' || !isPrincipalName(userId)) return [];

  const known = inspector.mayRevoke || inspector.subject.userId === userId;
  const principals = known ? [] : principalsOf(inspector.subject);
  const holderAt = holderKey(documentId, userId);
  const itemsOn = await readGrantItems(table, [documentId], principals, new RequestReads(), {
    documentIds: [documentId],
    keyOn: () => holderAt,
  });
  const items = itemsOn(documentId);
  const grants = items.flatMap((item) => grantFromItem(item) ?? []);
  const owns = grants.some((grant) => makesOwner(grant, roles, at));
  if (!known && !owns) return [check(RULE, NOT_LOOKED_UP)];
  const item = items.find(({ sk }) => sk === holderAt.sk);
  const family = (epoch: number): string => familyId(documentId, userId, epoch);
  return [check(RULE, { actual: shown(jti), ...findingOf(jti, item && holderFromItem(item), family) })];
}

const NOT_LOOKED_UP: Finding = {
  actual: 'not looked up',
  note: "Only the token's own user, owners of its document, and callers with the scope layermint/revocations can see whether it was revoked.",
};

function findingOf(
  jti: string,
  holder: Holder | undefined,
  family: (epoch: number) => string,
): Omit<Finding, 'actual'> {
  if (holder === undefined)
    return {
      note: 'This deployment has no record of tokens of this user for this document, so it has not revoked any.',
    };
  if (family(holder.epoch) === jti)
    return { note: 'It belongs to the current tokens of this user for this document.' };
  if (Object.keys(holder.pending).some((epoch) => family(Number(epoch)) === jti))
    return { fault: 'It was revoked, and Document Engine has yet to confirm that. Mint a new token.' };
  return {
    fault:
      'It does not belong to the current tokens of this user for this document: it was revoked, or this deployment did not mint it. Mint a new token.',
  };
}
