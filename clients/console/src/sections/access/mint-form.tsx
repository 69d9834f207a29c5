import type { RefObject } from 'preact';
import { Button } from '../../components/button.tsx';
import { Check, Field } from '../../components/field.tsx';
import { PERMISSIONS, type DraftFaults, type MintDraft } from './mint-draft.ts';
import { fieldFault } from './refusal.ts';

const LAYERS = [
  { value: 'default', label: 'the default layer' },
  { value: 'named', label: 'a layer by name' },
  { value: 'private', label: 'my own private layer' },
];

/** The form for a token. */
export function MintForm({
  draft,
  faults,
  error,
  busy,
  form,
  onChange,
  onMint,
}: {
  readonly draft: MintDraft;
  /** The faults that the page found itself. */
  readonly faults: DraftFaults;
  /** The answer of the service to the last try. */
  readonly error: unknown;
  readonly busy: boolean;
  readonly form: RefObject<HTMLFormElement | null>;
  readonly onChange: (draft: MintDraft) => void;
  readonly onMint: () => void;
}) {
  const set = (part: Partial<MintDraft>): void => {
    onChange({ ...draft, ...part });
  };
  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onMint();
      }}
    >
      <Field
        {...{ label: 'Document', name: 'documentId', value: draft.documentId, required: true }}
        onInput={(documentId) => {
          set({ documentId });
        }}
        hint="The id of the document that the token opens. The list above fills it in."
        error={faults.documentId ?? fieldFault(error, 'documentId')}
      />
      <LayerFields {...{ draft, faults, error, set }} />
      <Permissions {...{ draft, faults, error, set }} />
      <Field
        {...{ label: 'Life in seconds', name: 'ttlSeconds', kind: 'number', value: draft.ttlSeconds }}
        onInput={(ttlSeconds) => {
          set({ ttlSeconds });
        }}
        hint="Optional, from 60. Empty for the life that the stage sets."
        error={faults.ttlSeconds ?? fieldFault(error, 'ttlSeconds')}
      />
      <Field
        {...{ label: 'Group of new records', name: 'defaultGroup', value: draft.defaultGroup }}
        onInput={(defaultGroup) => {
          set({ defaultGroup });
        }}
        hint="Optional: one of the groups that your grants give to the annotations and comments that you create."
        error={fieldFault(error, 'defaultGroup')}
      />
      <Button kind="primary" type="submit" busy={busy}>
        Mint
      </Button>
    </form>
  );
}

interface Part {
  readonly draft: MintDraft;
  readonly faults: DraftFaults;
  readonly error: unknown;
  readonly set: (part: Partial<MintDraft>) => void;
}

function LayerFields({ draft: { which, layer }, faults, error, set }: Part) {
  return (
    <>
      <Field
        {...{ label: 'Layer', name: 'which', kind: 'select', value: which, options: LAYERS }}
        onInput={(chosen) => {
          set({ which: chosen as MintDraft['which'] });
        }}
        error={fieldFault(error, 'privateLayer')}
      />
      {which === 'named' && (
        <Field
          {...{ label: 'Name of the layer', name: 'layer', value: layer, required: true }}
          onInput={(typed) => {
            set({ layer: typed });
          }}
          hint="It is compared letter by letter, with its blanks and capitals."
          error={faults.layer ?? fieldFault(error, 'layer')}
        />
      )}
    </>
  );
}

function Permissions({ draft: { permissions }, error, set }: Part) {
  const fault = fieldFault(error, 'permissions');
  const toggled = (name: string, isOn: boolean): string[] =>
    PERMISSIONS.map((it) => it.name).filter((it) => (it === name ? isOn : permissions.includes(it)));
  return (
    <fieldset class={fault === undefined ? 'permissions' : 'permissions faulty'}>
      <legend>Permissions</legend>
      <p class="hint">Tick none to get all that your grants give.</p>
      {PERMISSIONS.map(({ name, does }) => (
        <Check
          key={name}
          {...{ label: `${name}: ${does}`, name, checked: permissions.includes(name) }}
          onChange={(isOn) => {
            set({ permissions: toggled(name, isOn) });
          }}
        />
      ))}
      {fault !== undefined && <p class="error">{fault}</p>}
    </fieldset>
  );
}
