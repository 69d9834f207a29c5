import { useState } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Problem } from '../../components/problem.tsx';
import { useConsole } from '../../context.ts';
import { useAction, useLoaded } from '../../loading.ts';
import { readDocumentPage } from '../../openable-document.ts';
import type { ConsoleSection, SectionProps } from '../../section.ts';
import { followWay, type Way } from './follow.ts';
import { StationContent } from './station-content.tsx';
import { stationsOf, summaryOf, type Result, type Station } from './stations.ts';
import './way.css';

export const section: ConsoleSection = {
  ...{ path: 'way', title: 'A token’s way', position: 70, Section: WaySection },
};

/** Shows the way of one real request of the signed-in person: every station, with its data. */
function WaySection({ path: [document = '', ofLayer = ''] }: SectionProps) {
  const { api, announce } = useConsole();
  const [documentId, setDocumentId] = useState(document);
  const [layer, setLayer] = useState(ofLayer);
  const followed = useAction(async () => {
    const way = await followWay(api, { documentId: documentId.trim(), layer });
    announce(summaryOf(stationsOf(way)));
    return way;
  });
  const way = followed.busy ? undefined : followed.value;
  const stations = stationsOf(way);
  return (
    <>
      <p>
        Follow one request from your sign-in to Document Engine. The request is real: it mints a token for
        you, and the audit log records it. The page drops the token at the end.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          followed.run();
        }}
      >
        <div class="fields">
          <Field
            {...{
              label: 'Document',
              name: 'documentId',
              value: documentId,
              onInput: setDocumentId,
              required: true,
            }}
            hint="Its id at Document Engine."
          />
          <Field
            {...{ label: 'Layer', name: 'layer', value: layer, onInput: setLayer }}
            hint="Empty for the default layer."
          />
        </div>
        <Suggestions onChoose={setDocumentId} />
        <div class="buttons">
          <Button kind="primary" type="submit" busy={followed.busy}>
            Follow the token
          </Button>
        </div>
      </form>
      <Problem error={followed.error} />
      <h2>The way</h2>
      {way && <Summary stations={stations} />}
      <Overview stations={stations} />
      <ol class="way">
        {stations.map((station) => (
          <StationBox key={station.name} station={station} way={way} />
        ))}
      </ol>
    </>
  );
}

/** The first documents that the person can open, to choose from. */
function Suggestions({ onChoose }: { readonly onChoose: (documentId: string) => void }) {
  const { api } = useConsole();
  const documents = useLoaded(() => api.get('/v1/documents?limit=5', readDocumentPage), []);
  if (documents.state !== 'loaded' || documents.value.body.documents.length === 0) return null;
  return (
    <div class="buttons suggestions">
      <span class="hint">You can open:</span>
      {documents.value.body.documents.map(({ documentId }) => (
        <Button
          key={documentId}
          onClick={() => {
            onChoose(documentId);
          }}
        >
          <bdi>{documentId}</bdi>
        </Button>
      ))}
    </div>
  );
}

function Summary({ stations }: { readonly stations: readonly Station[] }) {
  const isWhole = stations.every(({ result }) => result !== 'ended');
  return (
    <p class={`summary ${isWhole ? 'good' : 'bad'}`}>
      <strong>{summaryOf(stations)}</strong>
    </p>
  );
}

const MARKS: Readonly<Record<Result, string>> = {
  ...{ passed: '✓', warned: '!', ended: '✕', closed: '?', unreached: '' },
};

const WORDS: Readonly<Record<Result, string>> = {
  passed: 'passed',
  warned: 'passed, look here',
  ended: 'the way ends here',
  closed: 'not shown to you',
  unreached: 'not reached',
};

/** The way at a glance. The list below says the same. */
function Overview({ stations }: { readonly stations: readonly Station[] }) {
  return (
    <div class="overview" aria-hidden="true">
      {stations.map(({ name, short, result }, at) => (
        <span key={name} class={`stop ${result}`}>
          <span class="mark">{MARKS[result] || at + 1}</span>
          {short}
        </span>
      ))}
    </div>
  );
}

function StationBox({
  station: { name, title, says, result },
  way,
}: {
  readonly station: Station;
  readonly way: Way | undefined;
}) {
  return (
    <li class={`station ${result}`}>
      <h3>
        {title}
        {way && <span class="result">{WORDS[result]}</span>}
      </h3>
      <p class="hint">{says}</p>
      {way && result !== 'unreached' && <StationContent name={name} way={way} />}
    </li>
  );
}
