import { useEffect, useRef } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { Problem } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { idFault, revokedInWords, type Revocation } from './revocation.ts';
import { useProgress } from './use-progress.ts';

/** Follows a revocation, and says what its state means. */
export function RevocationProgress({
  id,
  known,
}: {
  readonly id: string;
  readonly known: Revocation | undefined;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const fault = idFault(id);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <>
      <h2 ref={heading} tabIndex={-1}>
        Revocation <code>{id}</code>
      </h2>
      {fault === undefined ? <Followed id={id} known={known} /> : <p class="bad">{fault}</p>}
    </>
  );
}

function Followed({ id, known }: { readonly id: string; readonly known: Revocation | undefined }) {
  const { revocation, error, again } = useProgress(id, known);
  return (
    <>
      {revocation === undefined && error === undefined && <p class="loading">Loading …</p>}
      {revocation && <State of={revocation} />}
      <Problem error={error} />
      {(error !== undefined || revocation?.state === 'confirmed') && (
        <Button onClick={again}>Look again</Button>
      )}
    </>
  );
}

function State({ of: revocation }: { readonly of: Revocation }) {
  const { state, holders, waiting, reason, requestedAt, documentId } = revocation;
  return (
    <>
      {state === 'confirmed' ? (
        <p class="summary good">
          <strong>Confirmed.</strong>{' '}
          {holders === 0
            ? 'There was no live token to end.'
            : 'Document Engine has confirmed that it takes none of the tokens that were found.'}
        </p>
      ) : (
        <p class="summary">
          <strong>Under way.</strong> Document Engine has not confirmed everything yet. The service goes on by
          itself, every minute, also when you leave this page. The id finds the revocation again.
        </p>
      )}
      {documentId === undefined && (
        <p class="hint">
          Without a document, the service looks for late tokens again after a minute, and after ten. Until
          then, a confirmed revocation can be under way again.
        </p>
      )}
      <ul>
        <li>{revokedInWords(revocation)}</li>
        {reason !== undefined && <li>Reason: {reason}</li>}
        <li>
          Asked for <Time at={requestedAt} />
        </li>
        <li>Revoked so far: {holders} (a person on one document counts once)</li>
        <li>Not confirmed yet: {waiting}</li>
      </ul>
    </>
  );
}
