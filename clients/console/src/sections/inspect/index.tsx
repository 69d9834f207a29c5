import { useEffect, useState } from 'preact/hooks';
import { faultAt } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import { useConsole } from '../../context.ts';
import { focusFault } from '../../focus.ts';
import { takeHandedToken } from '../../handed-token.ts';
import { useAction } from '../../loading.ts';
import type { ConsoleSection } from '../../section.ts';
import { LONGEST, readInspection } from './inspection.ts';
import { Verdict } from './verdict.tsx';

export const section: ConsoleSection = { path: 'inspect', title: 'Inspect', position: 20, Section: Inspect };

/** Inspects a pasted token. The page sends it to the service alone, stores it nowhere, and drops it with the section. */
function Inspect() {
  const { api, announce } = useConsole();
  const [jwt, setJwt] = useState(takeHandedToken);
  const [documentId, setDocumentId] = useState('');
  const [layer, setLayer] = useState('');
  const token = jwt.trim();
  const inspection = useAction(async (signal) => {
    const body = { jwt: token, ...(documentId !== '' && { documentId, layer }) };
    const { body: result } = await api.post('/v1/tokens/inspect', { body, signal }, readInspection);
    announce(
      result.accepted
        ? 'Document Engine would accept this token.'
        : 'Document Engine would refuse this token.',
    );
    return result;
  });
  const fault =
    token.length > LONGEST
      ? `This text has ${token.length} characters. The service reads at most ${LONGEST}.`
      : undefined;
  const { clear } = inspection;
  useEffect(() => {
    clear();
  }, [jwt, documentId, layer, clear]);
  return (
    <>
      <p>
        Paste a token that Document Engine has refused. The service checks it rule by rule. The token goes to
        the service alone, and nothing stores it.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (fault === undefined) inspection.run();
          else focusFault(event.currentTarget);
        }}
      >
        <Field
          {...{
            label: 'Token',
            name: 'jwt',
            kind: 'textarea',
            value: jwt,
            onInput: setJwt,
            required: true,
            secret: true,
          }}
          hint="The JWT itself, without “Bearer”."
          error={fault ?? faultAt(inspection.error, '/jwt')}
        />
        <Field
          {...{ label: 'Document', name: 'documentId', value: documentId, onInput: setDocumentId }}
          hint="Optional: the id of the document that the token should open."
          error={faultAt(inspection.error, '/documentId')}
        />
        {documentId !== '' && (
          <Field
            {...{ label: 'Layer', name: 'layer', value: layer, onInput: setLayer }}
            hint="Empty for the default layer."
            error={faultAt(inspection.error, '/layer')}
          />
        )}
        <div class="buttons">
          <Button kind="primary" type="submit" busy={inspection.busy}>
            Inspect
          </Button>
          <Button
            onClick={() => {
              setJwt('');
              clear();
            }}
          >
            Clear
          </Button>
        </div>
      </form>
      <Problem error={inspection.error} />
      {inspection.value && <Verdict inspection={inspection.value} />}
    </>
  );
}
