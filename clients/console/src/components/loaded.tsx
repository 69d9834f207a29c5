import type { ComponentChildren } from 'preact';
import type { Loading } from '../loading.ts';
import { Button } from './button.tsx';
import { Problem } from './problem.tsx';

/** Shows a loaded value, that it is loading, or the reason for its absence with another try. */
export function Loaded<T>({
  of,
  children,
}: {
  readonly of: Loading<T>;
  readonly children: (value: T) => ComponentChildren;
}) {
  if (of.state === 'loading') return <p class="loading">Loading …</p>;
  if (of.state === 'loaded') return <>{children(of.value)}</>;
  return (
    <>
      <Problem error={of.error} />
      <Button onClick={of.reload}>Try again</Button>
    </>
  );
}
