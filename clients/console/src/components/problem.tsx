import { ApiError } from '../api.ts';

/** An error in words, with the id of the request for the operator. It is announced at once. */
export function Problem({ error }: { readonly error: unknown }) {
  if (error === undefined) return null;
  const told = error instanceof ApiError ? error : undefined;
  const faults = told?.problem?.errors ?? [];
  return (
    <div class="problem" role="alert">
      <p class="title">{error instanceof Error ? error.message : 'Something failed.'}</p>
      {told?.problem?.detail !== undefined && <p>{told.problem.detail}</p>}
      {faults.length > 0 && (
        <ul>
          {faults.map(({ pointer, detail }) => (
            <li key={pointer + detail}>
              <code>{pointer}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      {told?.retryAfter !== undefined && <p>Try again in {told.retryAfter} s.</p>}
      {told?.requestId !== undefined && (
        <p class="hint">
          Request <code>{told.requestId}</code>
        </p>
      )}
    </div>
  );
}
