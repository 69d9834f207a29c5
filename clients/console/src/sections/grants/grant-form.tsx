import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Problem } from '../../components/problem.tsx';
import { useConsole } from '../../context.ts';
import { focusFault } from '../../focus.ts';
import { useAction } from '../../loading.ts';
import { Conflict, type ChangedGrant } from './conflict.tsx';
import { findGrant } from './find-grant.ts';
import { bodyOf, draftOf, EMPTY, faultsOf, type GrantDraft } from './grant-draft.ts';
import { GrantFields } from './grant-fields.tsx';
import { grantPath, preconditionOf, principalInWords, readGrant, type Grant } from './grant.ts';
import { isLastOwner, LastOwner } from './last-owner.tsx';

/** Adds a grant, or changes one. Whatever the service answers, the typed values stay. */
export function GrantForm({
  documentId,
  before,
  onSaved,
  onCancel,
}: {
  readonly documentId: string;
  /** The grant to change; undefined to add one. */
  readonly before: Grant | undefined;
  readonly onSaved: (grant: Grant) => void;
  readonly onCancel: () => void;
}) {
  const { api } = useConsole();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState<GrantDraft>(before === undefined ? EMPTY : draftOf(before));
  const [conflict, setConflict] = useState<ChangedGrant>();
  const [allowNoOwner, setAllowNoOwner] = useState(false);
  const [tried, setTried] = useState(false);
  // The grant that this person has seen last.
  const seen = conflict === undefined ? before : conflict.present;
  const faults = tried ? faultsOf(draft) : {};
  const saving = useAction(async () => {
    const sent = { body: bodyOf(draft, seen), headers: preconditionOf(seen) };
    try {
      onSaved((await api.put(grantPath(documentId, draft, allowNoOwner), sent, readGrant)).body);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412) throw error;
      setConflict({ seen, present: await findGrant(api, documentId, draft) });
    }
  });
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('select, input')?.focus();
  }, []);
  useEffect(() => {
    if (saving.error !== undefined && form.current !== null) focusFault(form.current);
  }, [saving.error]);
  const change = (next: GrantDraft): void => {
    // Another principal has another grant.
    if (next.kind !== draft.kind || next.name !== draft.name) setConflict(undefined);
    setDraft(next);
  };
  return (
    <form
      ref={form}
      class="panel"
      noValidate
      aria-labelledby="grant-form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.keys(faultsOf(draft)).length > 0) focusFault(event.currentTarget);
        else saving.run();
      }}
    >
      <h3 id="grant-form">
        {before === undefined ? 'Add a grant' : `Change the grant of ${principalInWords(before.principal)}`}
      </h3>
      <GrantFields
        {...{ draft, faults, error: saving.error, onChange: change, isNew: before === undefined }}
      />
      {conflict && (
        <Conflict
          of={conflict}
          onTake={(grant) => {
            setDraft(draftOf(grant));
          }}
        />
      )}
      {isLastOwner(saving.error) ? (
        <LastOwner allowed={allowNoOwner} onChange={setAllowNoOwner} />
      ) : (
        <Problem error={saving.error} />
      )}
      <div class="buttons">
        <Button kind="primary" type="submit" busy={saving.busy}>
          {conflict?.present === undefined ? 'Save' : 'Replace the new one by mine'}
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}
