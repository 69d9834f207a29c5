import { useEffect, useRef, useState } from 'preact/hooks';
import { faultAt } from '../../api.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import { useConsole } from '../../context.ts';
import { focusFault } from '../../focus.ts';
import { useAction } from '../../loading.ts';
import { ExplainedToken } from './explained-token.tsx';
import { questionBody, readExplanation, type Question } from './explanation.ts';

const LAYERS = [
  { value: 'default', label: 'the default layer' },
  { value: 'named', label: 'a layer by name' },
  { value: 'private', label: 'the person’s own private layer' },
];

/** Asks which token a person would get for the document, and why. */
export function ExplainForm({
  documentId,
  asked,
}: {
  readonly documentId: string;
  /** A user about whom it asks at once. */
  readonly asked: string | undefined;
}) {
  const { api, announce } = useConsole();
  const form = useRef<HTMLFormElement>(null);
  const [question, setQuestion] = useState<Question>({
    ...{ userId: asked ?? '', groups: '', which: 'default', layer: '' },
  });
  const [tried, setTried] = useState(false);
  const explanation = useAction(async (signal) => {
    const { body } = await api.post(
      '/v1/tokens/explain',
      { body: questionBody(documentId, question), signal },
      readExplanation,
    );
    announce(body.outcome === 'allowed' ? 'The person would get a token.' : 'The person would be refused.');
    return body;
  });
  const { clear, error, run } = explanation;
  useEffect(() => {
    if (asked === undefined) return;
    run();
    form.current?.scrollIntoView();
    // Once: the page of another user is a new one.
  }, []);
  const set = (part: Partial<Question>): void => {
    setQuestion({ ...question, ...part });
    // An answer belongs to the question beside it.
    clear();
  };
  const missing = tried && question.userId === '' ? 'Enter the id of the user.' : undefined;
  return (
    <>
      <h2>Who gets what, and why</h2>
      <p>The service decides as it would for a token. Nothing is minted or changed.</p>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (question.userId === '') focusFault(event.currentTarget);
          else explanation.run();
        }}
      >
        <Field
          {...{ label: 'User', name: 'explainUser', value: question.userId, required: true }}
          onInput={(userId) => {
            set({ userId });
          }}
          hint="The user id as it stands in the person’s token."
          error={missing ?? faultAt(error, '/userId')}
        />
        <Field
          {...{
            label: 'Groups of the user',
            name: 'explainGroups',
            kind: 'textarea',
            value: question.groups,
          }}
          onInput={(groups) => {
            set({ groups });
          }}
          hint="One on each line. The service does not know them: take them from the person’s token."
          error={faultAt(error, '/groups')}
        />
        <Field
          {...{
            label: 'Layer',
            name: 'explainWhich',
            kind: 'select',
            value: question.which,
            options: LAYERS,
          }}
          onInput={(which) => {
            set({ which: which as Question['which'] });
          }}
        />
        {question.which === 'named' && (
          <Field
            {...{ label: 'Name of the layer', name: 'explainLayer', value: question.layer }}
            onInput={(layer) => {
              set({ layer });
            }}
            error={faultAt(error, '/layer')}
          />
        )}
        <Button kind="primary" type="submit" busy={explanation.busy}>
          Explain
        </Button>
      </form>
      <Problem error={error} />
      {explanation.value && <ExplainedToken explanation={explanation.value} />}
    </>
  );
}
