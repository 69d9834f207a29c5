import { Button } from './button.tsx';
import { Problem } from './problem.tsx';
import type { Pages } from '../pages.ts';

/** Loads the next page of a list, if there is one. */
export function MoreButton({
  of: { more },
  label,
}: {
  readonly of: Pick<Pages<unknown>, 'more'>;
  readonly label: string;
}) {
  if (more === undefined) return null;
  return (
    <>
      <Problem error={more.error} />
      <p>
        <Button busy={more.busy} onClick={more.run}>
          {label}
        </Button>
      </p>
    </>
  );
}
