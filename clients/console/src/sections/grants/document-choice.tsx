import { useState } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { Table, type Column } from '../../components/table.tsx';
import { documentFault } from '../../document-id.ts';
import { focusFault } from '../../focus.ts';
import type { OpenableDocument } from '../../openable-document.ts';
import { hashOf } from '../../route.ts';
import { useOpenableDocuments } from '../../use-openable-documents.ts';
import { layerInWords } from './grant.ts';

/** The layers of a document that its row names. */
const NAMED = 5;

const COLUMNS: readonly Column<OpenableDocument>[] = [
  { title: 'Document', cell: ({ documentId }) => <a href={hashOf('grants', documentId)}>{documentId}</a> },
  { title: 'What you can open', cell: Layers },
];

/** Opens a document by its id, or one of those that the person can open. */
export function DocumentChoice() {
  return (
    <>
      <ById />
      <h2>My documents</h2>
      <MyDocuments />
    </>
  );
}

function ById() {
  const [id, setId] = useState('');
  const [fault, setFault] = useState<string>();
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const found = documentFault(id.trim());
        setFault(found);
        if (found === undefined) location.hash = hashOf('grants', id.trim());
        else focusFault(event.currentTarget);
      }}
    >
      <Field
        {...{
          label: 'Document',
          name: 'documentId',
          value: id,
          onInput: setId,
          error: fault,
          required: true,
        }}
        hint="The id that Document Engine gave the document."
      />
      <Button kind="primary" type="submit">
        Open
      </Button>
    </form>
  );
}

function MyDocuments() {
  const pages = useOpenableDocuments();
  return (
    <Loaded of={pages.first}>
      {() => (
        <>
          <Table
            caption="The documents that your grants open, by id"
            columns={COLUMNS}
            rows={pages.entries}
            keyOf={({ documentId }) => documentId}
            empty="No grant opens a document for you. You can still open one by its id, if you may change its grants."
          />
          <MoreButton of={pages} label="Show more documents" />
        </>
      )}
    </Loaded>
  );
}

function Layers({ layers }: OpenableDocument) {
  return (
    <ul class="plain">
      {layers.slice(0, NAMED).map(({ layer, roles }) => (
        <li key={layer ?? '*'}>
          {layer === undefined ? 'every shared layer' : layerInWords(layer)} as {roles.join(', ')}
        </li>
      ))}
      {layers.length > NAMED && <li>and {layers.length - NAMED} more layers</li>}
    </ul>
  );
}
