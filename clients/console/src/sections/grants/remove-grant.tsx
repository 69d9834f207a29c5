import { useState } from 'preact/hooks';
import { ApiError } from '../../api.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Problem } from '../../components/problem.tsx';
import { useConsole } from '../../context.ts';
import { useAction } from '../../loading.ts';
import { nothing } from '../../reading.ts';
import { Conflict, GrantTerms } from './conflict.tsx';
import { findGrant } from './find-grant.ts';
import { grantPath, preconditionOf, principalInWords, type Grant } from './grant.ts';
import { isLastOwner, LastOwner } from './last-owner.tsx';

/** Asks before a grant is removed, and removes it. */
export function RemoveGrant({
  documentId,
  grant,
  onRemoved,
  onCancel,
}: {
  readonly documentId: string;
  readonly grant: Grant;
  /** Gets a sentence about the result. */
  readonly onRemoved: (sentence: string) => void;
  readonly onCancel: () => void;
}) {
  const { api } = useConsole();
  const [seen, setSeen] = useState(grant);
  const [allowNoOwner, setAllowNoOwner] = useState(false);
  const name = principalInWords(grant.principal);
  const removal = useAction(async () => {
    try {
      const headers = preconditionOf(seen);
      await api.delete(grantPath(documentId, grant.principal, allowNoOwner), { headers }, nothing);
      onRemoved(`The grant of ${name} is removed.`);
    } catch (error) {
      const status = error instanceof ApiError ? error.status : undefined;
      if (status !== 412 && status !== 404) throw error;
      const present = status === 404 ? undefined : await findGrant(api, documentId, grant.principal);
      if (present === undefined) onRemoved(`Somebody else has removed the grant of ${name} already.`);
      else setSeen(present);
    }
  });
  return (
    <Confirm
      {...{ title: `Remove the grant of ${name}?`, action: 'Remove', busy: removal.busy, onCancel }}
      onConfirm={removal.run}
    >
      {seen === grant ? <GrantTerms of={grant} /> : <Conflict of={{ seen: grant, present: seen }} />}
      <p>
        Live tokens that were built from it are revoked. A grant of a group or of everyone can still let a
        person in.
      </p>
      {isLastOwner(removal.error) ? (
        <LastOwner allowed={allowNoOwner} onChange={setAllowNoOwner} />
      ) : (
        <Problem error={removal.error} />
      )}
    </Confirm>
  );
}
