import { ApiError } from '../../api.ts';
import { Problem } from '../../components/problem.tsx';

/** Tells if the service refuses everything about a document's grants to this person. */
export function isNotGranted(error: unknown): boolean {
  return error instanceof ApiError && error.problem?.type === 'urn:layermint:problem:not-granted';
}

/** Says what is missing if somebody may not see the grants of a document. */
export function MissingRight({
  documentId,
  error,
}: {
  readonly documentId: string;
  readonly error: unknown;
}) {
  return (
    <>
      <h2>You may not see these grants</h2>
      <p>
        To see and change the grants of <code>{documentId}</code>, you need one of these:
      </p>
      <ul>
        <li>
          A grant of the role <code>owner</code> on the document. An owner of it can give you one.
        </li>
        <li>
          The scope <code>layermint/grants</code>. It is for backends, and an operator gives it.
        </li>
      </ul>
      <p>The service answers the same if there is no such document. Compare the id letter by letter.</p>
      <Problem error={error} />
    </>
  );
}
