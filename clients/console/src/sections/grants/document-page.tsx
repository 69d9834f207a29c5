import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useConsole } from '../../context.ts';
import { documentFault } from '../../document-id.ts';
import { hashOf } from '../../route.ts';
import { DocumentGrants } from './document-grants.tsx';
import { ExplainForm } from './explain-form.tsx';
import { grantsPath, isSame, readGrantPage, type Grant } from './grant.ts';
import { isNotGranted, MissingRight } from './missing-right.tsx';
import { pageQuery, usePages } from './pages.ts';

/** A document: its grants, and the explanation of a person's token. */
export function DocumentPage({
  documentId,
  asked,
}: {
  readonly documentId: string;
  /** The user whose token the address asks to explain. */
  readonly asked: string | undefined;
}) {
  const fault = documentFault(documentId);
  const title = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    title.current?.focus();
  }, []);
  return (
    <>
      <p ref={title} tabIndex={-1}>
        Document <strong>{documentId}</strong> · <a href={hashOf('grants')}>Choose another document</a> ·{' '}
        <a href={hashOf('way', documentId)}>Follow a token</a> ·{' '}
        <a href={hashOf('decisions', documentId)}>Recent decisions</a>
      </p>
      {fault === undefined ? <Allowed documentId={documentId} asked={asked} /> : <p class="bad">{fault}</p>}
    </>
  );
}

function Allowed({ documentId, asked }: { readonly documentId: string; readonly asked: string | undefined }) {
  const { api, announce } = useConsole();
  const pages = usePages<Grant>(
    async (cursor) => {
      const { body } = await api.get(grantsPath(documentId) + pageQuery(cursor), readGrantPage);
      announce(`${body.grants.length} grants loaded.`);
      return { entries: body.grants, next: body.nextCursor };
    },
    // A grant that was added here can come again on its own page.
    (before, next) => [
      ...before.filter((it) => !next.some(({ principal }) => isSame(principal, it.principal))),
      ...next,
    ],
    [api, documentId],
  );
  const { first } = pages;
  if (first.state === 'failed' && isNotGranted(first.error)) {
    return (
      <>
        <MissingRight documentId={documentId} error={first.error} />
        <Button onClick={first.reload}>Try again</Button>
      </>
    );
  }
  return (
    <Loaded of={first}>
      {() => (
        <>
          <DocumentGrants documentId={documentId} pages={pages} />
          <ExplainForm documentId={documentId} asked={asked} />
        </>
      )}
    </Loaded>
  );
}
