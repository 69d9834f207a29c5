import type { Grant, GrantStore, RequestReads } from '../../grants/index.ts';
import { principalKey, principalsOf, type Subject } from '../../identity/index.ts';

/** The grants of a document that are not for a subject. */
export interface OtherGrants {
  /** Expired ones included. */
  readonly grants: readonly Grant[];
  /** True if the document has more grants than were looked at. */
  readonly more: boolean;
}

/** The most places of grants that are looked at. */
const MOST_LOOKED_AT = 200;

/**
 * Reads grants of other users, and of groups that the subject is not said to be in. They decide nothing. But a person who looks for the
 * reason of a refusal finds a missing group among them, or a user id that is spelt differently.
 *
 * @throws TooManyItemsError if no item is left to read
 * @throws StoreUnavailableError if the table does not answer
 */
export async function otherGrants(
  documentId: string,
  subject: Subject,
  store: GrantStore,
  reads: RequestReads,
): Promise<OtherGrants> {
  const own = new Set(principalsOf(subject).map(principalKey));
  const grants: Grant[] = [];
  let lookedAt = 0;
  for await (const { grant } of store.slots(documentId, MOST_LOOKED_AT + 1, { reads })) {
    lookedAt += 1;
    if (lookedAt > MOST_LOOKED_AT) return { grants, more: true };
    if (grant && !own.has(principalKey(grant.principal))) grants.push(grant);
  }
  return { grants, more: false };
}
