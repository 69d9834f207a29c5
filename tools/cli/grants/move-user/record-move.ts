import { makerData } from '../../../../lib/http/records/grant-data.ts';
import type { GrantRecords } from '../grant-records.ts';
import type { Outcome } from './move-grant.ts';
import type { Pair } from './user-pairs.ts';

/** Adds the records of a moved grant: the removal of the former one, and the new one unless that of the new user id stays. */
export function recordMove(
  { from: formerId, to: newId }: Pair,
  documentId: string,
  { plan, from, to }: Extract<Outcome, { readonly kind: 'moved' }>,
  records: Pick<GrantRecords, 'set' | 'removed' | 'userId'>,
): void {
  records.removed(documentId, from, { movedTo: records.userId(newId) });
  if (plan.kind === 'keep') return;
  // The person that granted it first stays in the grant.
  const more = { movedFrom: records.userId(formerId), ...makerData(plan.grant, records) };
  records.set(documentId, plan.grant, to, more);
}
