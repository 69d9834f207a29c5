import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, faultAt } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Field } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import { useConsole } from '../../context.ts';
import { documentFault } from '../../document-id.ts';
import { focusFault } from '../../focus.ts';
import { useAction } from '../../loading.ts';
import {
  hasDocument,
  hasUser,
  readRevocation,
  revocationBody,
  targetInWords,
  type Revocation,
  type RevocationDraft,
  type Target,
} from './revocation.ts';

const TARGETS: readonly { readonly value: Target; readonly label: string }[] = [
  { value: 'own', label: 'my own, for every document' },
  { value: 'own-document', label: 'my own, for one document' },
  { value: 'user', label: 'one person’s, for every document' },
  { value: 'user-document', label: 'one person’s, for one document' },
  { value: 'everyone', label: 'everyone’s, for one document' },
];

/** Asks for a revocation, after a question. */
export function RevokeForm({ onRevoked }: { readonly onRevoked: (revocation: Revocation) => void }) {
  const { api, announce } = useConsole();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState<RevocationDraft>({
    target: 'own',
    userId: '',
    documentId: '',
    reason: '',
  });
  const [tried, setTried] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const faults = tried ? faultsOf(draft) : {};
  const revoking = useAction(async () => {
    try {
      const { status, body } = await api.post(
        '/v1/revocations',
        { body: revocationBody(draft) },
        readRevocation,
      );
      announce(
        status === 202 ? 'The revocation is under way.' : 'Document Engine has confirmed the revocation.',
      );
      setTried(false);
      setDraft((typed) => ({ ...typed, reason: '' }));
      onRevoked(body);
    } finally {
      setAsking(false);
    }
  });
  const { error } = revoking;
  useEffect(() => {
    if (error !== undefined && form.current !== null) focusFault(form.current);
  }, [error]);
  return (
    <>
      <h2>Revoke tokens</h2>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (Object.keys(faultsOf(draft)).length > 0) focusFault(event.currentTarget);
          else setAsking(true);
        }}
      >
        <RevocationFields {...{ draft, faults, error }} onChange={setDraft} />
        <Problem error={error} />
        {isRefused(error) && <Rights />}
        <Button kind="danger" type="submit">
          Revoke …
        </Button>
      </form>
      {isAsking && (
        <Confirm
          {...{
            title: 'Revoke these tokens?',
            action: 'Revoke',
            busy: revoking.busy,
            onConfirm: revoking.run,
          }}
          onCancel={() => {
            setAsking(false);
          }}
        >
          <p>This ends {targetInWords(draft)}. Their apps have to ask for new ones.</p>
        </Confirm>
      )}
    </>
  );
}

interface Faults {
  readonly userId?: string | undefined;
  readonly documentId?: string | undefined;
}

function faultsOf({ target, userId, documentId }: RevocationDraft): Faults {
  const fault = hasDocument(target) ? documentFault(documentId.trim()) : undefined;
  return {
    ...(hasUser(target) && userId === '' && { userId: 'Enter the id of the user.' }),
    ...(fault !== undefined && { documentId: fault }),
  };
}

function RevocationFields({
  draft,
  faults,
  error,
  onChange,
}: {
  readonly draft: RevocationDraft;
  readonly faults: Faults;
  readonly error: unknown;
  readonly onChange: (draft: RevocationDraft) => void;
}) {
  const { target, userId, documentId, reason } = draft;
  const set = (part: Partial<RevocationDraft>): void => {
    onChange({ ...draft, ...part });
  };
  return (
    <>
      <Field
        {...{ label: 'Tokens to end', name: 'target', kind: 'select', value: target, options: TARGETS }}
        onInput={(chosen) => {
          set({ target: chosen as Target });
        }}
      />
      {hasUser(target) && (
        <Field
          {...{ label: 'User id', name: 'userId', value: userId, required: true }}
          onInput={(typed) => {
            set({ userId: typed });
          }}
          hint="It is compared letter by letter. The service does not know whether there is such a user."
          error={faults.userId ?? faultAt(error, '/userId')}
        />
      )}
      {hasDocument(target) && (
        <Field
          {...{ label: 'Document', name: 'documentId', value: documentId, required: true }}
          onInput={(typed) => {
            set({ documentId: typed });
          }}
          hint="The id of the document."
          error={faults.documentId ?? faultAt(error, '/documentId')}
        />
      )}
      <Field
        {...{ label: 'Reason', name: 'reason', value: reason }}
        onInput={(typed) => {
          set({ reason: typed });
        }}
        hint="Optional, at most 500 characters. You can read it later, and others who may revoke these tokens. The person cannot."
        error={faultAt(error, '/reason')}
      />
    </>
  );
}

function isRefused(error: unknown): boolean {
  return error instanceof ApiError && error.problem?.type === 'urn:layermint:problem:not-granted';
}

/** Says who may revoke what. */
function Rights() {
  return (
    <div class="problem">
      <p class="title">You may not revoke these tokens</p>
      <ul>
        <li>Your own tokens: you always may.</li>
        <li>Those of a document: you need a grant of the role owner on it.</li>
        <li>
          All others: you need the scope <code>layermint/revocations</code>. It is for backends, and an
          operator gives it.
        </li>
      </ul>
    </div>
  );
}
