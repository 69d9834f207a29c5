import { useState } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { useConsole } from '../../context.ts';
import { LOCAL_STAGE, type ConsoleSection, type SectionProps } from '../../section.ts';
import type { Wanted } from './insights-link.ts';
import { LocalDecisions } from './local-decisions.tsx';
import { StageDecisions } from './stage-decisions.tsx';
import './decisions.css';

export const section: ConsoleSection = {
  ...{ path: 'decisions', title: 'Recent decisions', position: 60, Section: Decisions },
};

const ALL: Wanted = { document: '', user: '' };

/** Shows who got which token or grant, and who was refused. */
function Decisions({ path: [document = ''] }: SectionProps) {
  const { config } = useConsole();
  const [typed, setTyped] = useState({ ...ALL, document });
  const [wanted, setWanted] = useState({ ...ALL, document });
  return (
    <>
      <p>
        The service records each decision: who asked, for which document, and why it was granted or refused.
      </p>
      <form
        class="filter"
        onSubmit={(event) => {
          event.preventDefault();
          setWanted({ ...typed });
        }}
      >
        <Field
          {...{ label: 'Document', name: 'document', value: typed.document }}
          onInput={(document) => {
            setTyped({ ...typed, document });
          }}
        />
        <Field
          {...{ label: 'User id', name: 'user', value: typed.user }}
          onInput={(user) => {
            setTyped({ ...typed, user });
          }}
        />
        <div class="buttons">
          <Button kind="primary" type="submit">
            Filter
          </Button>
          <Button
            onClick={() => {
              setTyped(ALL);
              setWanted({ ...ALL });
            }}
          >
            Show all
          </Button>
        </div>
      </form>
      {config.stage === LOCAL_STAGE ? <LocalDecisions wanted={wanted} /> : <StageDecisions wanted={wanted} />}
    </>
  );
}
