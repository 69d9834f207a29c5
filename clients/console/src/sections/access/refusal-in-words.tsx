import { ApiError } from '../../api.ts';
import { Problem } from '../../components/problem.tsx';
import { hashOf } from '../../route.ts';
import { refusalOf } from './refusal.ts';

/** A refusal in words, and the way to its cause. Any other failure as the service tells it. */
export function RefusalInWords({
  error,
  asked,
}: {
  readonly error: unknown;
  /** The document, and the layer if it has a name. */
  readonly asked: readonly string[];
}) {
  const refusal = refusalOf(error);
  if (refusal === undefined || !(error instanceof ApiError)) return <Problem error={error} />;
  return (
    <div class="problem" role="alert">
      <p class="title">{refusal.title}</p>
      {error.problem?.detail !== undefined && <p>{error.problem.detail}</p>}
      <p>{refusal.advice}</p>
      {error.status === 403 && (
        <p>
          <a href={hashOf('way', ...asked)}>Follow this request on its way</a> to see where it ends.
        </p>
      )}
      {error.requestId !== undefined && (
        <p class="hint">
          Request <code>{error.requestId}</code>
        </p>
      )}
    </div>
  );
}
