import { isOwner, type AdministrationDependencies } from '../../../grants/index.ts';
import type { Target } from '../../../revocation/index.ts';
import type { Caller } from '../../authentication/caller.ts';
import { hasScope, SCOPES } from '../../authentication/scopes.ts';

/** Tells whether a caller can revoke tokens of others: any with the scope, and those for the document as its owner. */
export async function mayRevokeOthers(
  caller: Caller,
  { documentId }: Target,
  dependencies: AdministrationDependencies,
): Promise<boolean> {
  if (hasScope(caller, SCOPES.revocations)) return true;
  return documentId !== undefined && isOwner(caller.subject, documentId, dependencies);
}
