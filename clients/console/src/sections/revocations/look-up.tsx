import { useState } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { focusFault } from '../../focus.ts';
import { hashOf } from '../../route.ts';
import { idFault } from './revocation.ts';

/** Shows an earlier revocation by its id. */
export function LookUp() {
  const [id, setId] = useState('');
  const [fault, setFault] = useState<string>();
  return (
    <>
      <h2>Look up a revocation</h2>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const found = idFault(id.trim());
          setFault(found);
          if (found === undefined) location.hash = hashOf('revocations', id.trim());
          else focusFault(event.currentTarget);
        }}
      >
        <Field
          {...{
            label: 'Id of the revocation',
            name: 'revocationId',
            value: id,
            onInput: setId,
            error: fault,
          }}
          hint="The service keeps a revocation for a week, or for an hour at most if it found no tokens."
        />
        <Button type="submit">Look up</Button>
      </form>
    </>
  );
}
