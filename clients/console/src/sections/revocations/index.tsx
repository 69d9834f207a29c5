import { useState } from 'preact/hooks';
import { hashOf } from '../../route.ts';
import type { ConsoleSection, SectionProps } from '../../section.ts';
import { LookUp } from './look-up.tsx';
import { RevocationProgress } from './revocation-progress.tsx';
import type { Revocation } from './revocation.ts';
import { RevokeForm } from './revoke-form.tsx';

export const section: ConsoleSection = {
  ...{ path: 'revocations', title: 'Revocations', position: 40 },
  Section: Revocations,
};

/** The revocation of the address, and the forms for another one. */
function Revocations({ path: [id] }: SectionProps) {
  // Each request gets a number: another one for the same tokens has the same id.
  const [asked, setAsked] = useState<{ readonly number: number; readonly revocation?: Revocation }>({
    number: 0,
  });
  const known = asked.revocation?.id === id ? asked.revocation : undefined;
  return (
    <>
      <p>
        A revocation ends live tokens before they expire. It does not change grants: a person with a grant
        gets a new token. To take access away, remove the grant.
      </p>
      {id !== undefined && <RevocationProgress key={`${id} ${asked.number}`} id={id} known={known} />}
      <RevokeForm
        onRevoked={(revocation) => {
          setAsked(({ number }) => ({ number: number + 1, revocation }));
          location.hash = hashOf('revocations', revocation.id);
        }}
      />
      <LookUp />
    </>
  );
}
