import { Button } from '../../components/button.tsx';
import { Time } from '../../components/time.tsx';
import { layersInWords, type Grant } from './grant.ts';

/** A grant that somebody else changed between a look at it and the change. */
export interface ChangedGrant {
  /** Undefined if there was none. */
  readonly seen: Grant | undefined;
  /** Undefined if there is none any more. */
  readonly present: Grant | undefined;
}

/** Says that somebody else was first, and shows the present grant. */
export function Conflict({
  of: { seen, present },
  onTake,
}: {
  readonly of: ChangedGrant;
  /** Takes the present grant into the form. */
  readonly onTake?: (grant: Grant) => void;
}) {
  return (
    <div class="problem" role="alert">
      <p class="title">{titleOf(seen, present)}</p>
      {present === undefined ? (
        <p>{onTake ? 'Save again to set it anew.' : ''}</p>
      ) : (
        <>
          <GrantTerms of={present} />
          {onTake && (
            <>
              <p>Your values are still in the form. Nothing is saved yet.</p>
              <p>
                <Button
                  onClick={() => {
                    onTake(present);
                  }}
                >
                  Put the new one into the form
                </Button>
              </p>
            </>
          )}
        </>
      )}
    </div>
  );
}

function titleOf(seen: Grant | undefined, present: Grant | undefined): string {
  if (present === undefined) return 'Somebody removed this grant meanwhile.';
  return seen === undefined
    ? 'There is such a grant already. Here it is:'
    : 'Somebody changed this grant meanwhile. Here is the new one:';
}

/** The terms of a grant, and its last change. */
export function GrantTerms({
  of: { role, expiresAt, grantedBy, grantedAt, defaultGroup, ...layers },
}: {
  readonly of: Grant;
}) {
  return (
    <ul>
      <li>Role: {role}</li>
      <li>Opens: {layersInWords(layers)}</li>
      {defaultGroup !== undefined && <li>Group of new records: “{defaultGroup}”</li>}
      <li>Ends: {expiresAt === undefined ? 'never' : <Time at={expiresAt} />}</li>
      <li>
        Last changed by {grantedBy}, <Time at={grantedAt} />
      </li>
    </ul>
  );
}
