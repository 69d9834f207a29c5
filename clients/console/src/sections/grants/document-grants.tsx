import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { Table, type Column } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import { useConsole } from '../../context.ts';
import { GrantForm } from './grant-form.tsx';
import { isSame, layersInWords, principalInWords, type Grant, type Principal } from './grant.ts';
import { MoreButton } from './more-button.tsx';
import type { Pages } from './pages.ts';
import { RemoveGrant } from './remove-grant.tsx';

/** The action that is open: a form, or a question. */
type Open = { readonly action: 'add' } | { readonly action: 'change' | 'remove'; readonly grant: Grant };

/** The grants of a document, with the actions of its owners. */
export function DocumentGrants({
  documentId,
  pages,
}: {
  readonly documentId: string;
  readonly pages: Pages<Grant>;
}) {
  const { announce } = useConsole();
  const heading = useRef<HTMLHeadingElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  const [open, setOpen] = useState<Open>();
  const [done, setDone] = useState<string>();
  const start = (next: Open): void => {
    opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setDone(undefined);
    setOpen(next);
  };
  const cancel = (): void => {
    setOpen(undefined);
  };
  const finish = (sentence: string, principal: Principal, grant?: Grant): void => {
    pages.edit((before) => withGrant(before, principal, grant));
    setOpen(undefined);
    setDone(sentence);
    announce(sentence);
  };
  useLayoutEffect(() => {
    if (open !== undefined || opener.current === null) return;
    // After a change, its button can be gone, or stand elsewhere.
    const back = opener.current;
    opener.current = null;
    (done === undefined && back.isConnected ? back : heading.current)?.focus();
  }, [open, done]);
  return (
    <>
      <h2 ref={heading} tabIndex={-1}>
        Grants
      </h2>
      {done !== undefined && <p class="good">{done}</p>}
      {open?.action !== 'add' && open?.action !== 'change' && (
        <p>
          <Button
            kind="primary"
            onClick={() => {
              start({ action: 'add' });
            }}
          >
            Add a grant
          </Button>
        </p>
      )}
      {(open?.action === 'add' || open?.action === 'change') && (
        <GrantForm
          key={open.action === 'change' ? principalInWords(open.grant.principal) : ''}
          documentId={documentId}
          before={open.action === 'change' ? open.grant : undefined}
          onCancel={cancel}
          onSaved={(grant) => {
            finish(`The grant of ${principalInWords(grant.principal)} is saved.`, grant.principal, grant);
          }}
        />
      )}
      <Table
        caption={`The grants of ${documentId} that have not ended`}
        columns={columnsOf(start)}
        rows={pages.entries}
        keyOf={({ principal }) => `${principal.kind} ${principal.name}`}
        empty="The document has no grant."
      />
      <MoreButton of={pages} label="Show more grants" />
      {open?.action === 'remove' && (
        <RemoveGrant
          documentId={documentId}
          grant={open.grant}
          onCancel={cancel}
          onRemoved={(sentence) => {
            finish(sentence, open.grant.principal);
          }}
        />
      )}
    </>
  );
}

/** Replaces the grant of a principal in its place, puts a new one first, or takes it out. */
function withGrant(grants: readonly Grant[], principal: Principal, grant?: Grant): readonly Grant[] {
  const isOf = (it: Grant): boolean => isSame(it.principal, principal);
  if (grant === undefined) return grants.filter((it) => !isOf(it));
  return grants.some(isOf) ? grants.map((it) => (isOf(it) ? grant : it)) : [grant, ...grants];
}

const columnsOf = (start: (next: Open) => void): readonly Column<Grant>[] => [
  { title: 'For', cell: ({ principal }) => principalInWords(principal) },
  {
    title: 'Role',
    cell: ({ role, defaultGroup }) => (
      <>
        <span class="whole">{role}</span>
        {defaultGroup !== undefined && <div class="hint">records of group “{defaultGroup}”</div>}
      </>
    ),
  },
  { title: 'Opens', cell: layersInWords },
  {
    title: 'Ends',
    cell: ({ expiresAt }) => <>{expiresAt === undefined ? 'never' : <Time at={expiresAt} />}</>,
  },
  {
    title: 'Last changed',
    cell: ({ grantedBy, grantedAt }) => (
      <>
        by {grantedBy}, <Time at={grantedAt} />
      </>
    ),
  },
  {
    title: 'Actions',
    cell: (grant) => (
      <div class="buttons">
        {(['change', 'remove'] as const).map((action) => (
          <Button
            key={action}
            kind={action === 'remove' ? 'danger' : 'plain'}
            onClick={() => {
              start({ action, grant });
            }}
          >
            {action === 'remove' ? 'Remove' : 'Change'}
            <span class="unseen"> the grant of {principalInWords(grant.principal)}</span>
          </Button>
        ))}
      </div>
    ),
  },
];
