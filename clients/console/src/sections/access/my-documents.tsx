import { useState } from 'preact/hooks';
import { useCaller } from '../../caller-context.tsx';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { Table } from '../../components/table.tsx';
import { Time } from '../../components/time.tsx';
import type { OpenableDocument, OpenableLayer } from '../../openable-document.ts';
import { useOpenableDocuments } from '../../use-openable-documents.ts';
import { captionOf, documentsWith, emptyOf } from './find-document.ts';
import { choiceOf, type LayerChoice } from './layer-choice.ts';
import type { MintDraft } from './mint-draft.ts';

/** A document and a layer, for the form. */
export type Chosen = Pick<MintDraft, 'documentId' | 'which' | 'layer'>;

/** The layers that a row shows at once. */
const AT_ONCE = 5;

/** The documents and layers that the person can open, page by page. */
export function MyDocuments({ onChoose }: { readonly onChoose: (chosen: Chosen) => void }) {
  const pages = useOpenableDocuments();
  const caller = useCaller();
  const [text, setText] = useState('');
  const { entries, more } = pages;
  const found = documentsWith(entries, text);
  const userId = caller.state === 'loaded' ? caller.value.userId : undefined;
  return (
    <Loaded of={pages.first}>
      {() => (
        <>
          {entries.length > 0 && (
            <Field
              {...{ label: 'Find by id', name: 'find', value: text, onInput: setText }}
              hint="Any part of the id, among the documents that are loaded."
            />
          )}
          <Table
            caption={captionOf(found.length, entries.length, more !== undefined)}
            columns={[
              { title: 'Document', cell: ({ documentId }) => <bdi>{documentId}</bdi> },
              { title: 'What you can open', cell: (row) => <Layers of={row} onChoose={onChoose} /> },
            ]}
            rows={found}
            keyOf={({ documentId }) => documentId}
            empty={emptyOf(text, entries.length, more !== undefined, userId)}
          />
          <MoreButton of={pages} label="Show more documents" />
        </>
      )}
    </Loaded>
  );
}

function Layers({
  of: { documentId, layers },
  onChoose,
}: {
  readonly of: OpenableDocument;
  readonly onChoose: (chosen: Chosen) => void;
}) {
  const lines = layers.map((of) => (
    <li key={of.layer ?? '*'}>
      <Layer {...{ of, documentId, onChoose }} {...choiceOf(of, layers)} />
    </li>
  ));
  return (
    <>
      <ul class="plain layers">{lines.slice(0, AT_ONCE)}</ul>
      {lines.length > AT_ONCE && (
        <details>
          <summary>and {lines.length - AT_ONCE} more layers</summary>
          <ul class="plain layers">{lines.slice(AT_ONCE)}</ul>
        </details>
      )}
    </>
  );
}

function Layer({
  of: { roles, permissions, expiresAt },
  documentId,
  named,
  chosen,
  onChoose,
}: LayerChoice & {
  readonly of: OpenableLayer;
  readonly documentId: string;
  readonly onChoose: (chosen: Chosen) => void;
}) {
  return (
    <>
      <div>
        <bdi>{named}</bdi> as <bdi>{roles.join(', ')}</bdi>
        <div class="hint">
          {permissions.join(', ')}
          {expiresAt !== undefined && (
            <>
              , until <Time at={expiresAt} />
            </>
          )}
        </div>
      </div>
      <Button
        onClick={() => {
          onChoose({ documentId, ...chosen });
        }}
      >
        Choose
        <span class="unseen">
          : {documentId}, {named}
        </span>
      </Button>
    </>
  );
}
