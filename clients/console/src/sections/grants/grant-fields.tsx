import { faultAt, faultWithin } from '../../api.ts';
import { Check, Field } from '../../components/field.tsx';
import { instantOf, type DraftFaults, type GrantDraft, type SharedLayers } from './grant-draft.ts';
import type { Principal } from './grant.ts';

/** The roles that Layermint ships. A stage can have others: the service names them if it refuses one. */
const SHIPPED_ROLES = ['viewer', 'commenter', 'annotator', 'form-filler', 'editor', 'owner', 'thumbnail'];

const KINDS = [
  { value: 'user', label: 'a user' },
  { value: 'group', label: 'a group' },
  { value: 'everyone', label: 'everyone' },
];

const SHARED = [
  { value: 'default', label: 'the default layer' },
  { value: 'named', label: 'some layers by name' },
  { value: 'all', label: 'every shared layer' },
  { value: 'none', label: 'none' },
];

/** The fields of a grant. */
export function GrantFields({
  draft,
  faults,
  error,
  isNew,
  onChange,
}: {
  readonly draft: GrantDraft;
  /** The faults that the page found itself. */
  readonly faults: DraftFaults;
  /** The answer of the service to the last try. */
  readonly error: unknown;
  /** A new grant needs a principal. */
  readonly isNew: boolean;
  readonly onChange: (draft: GrantDraft) => void;
}) {
  const set = (part: Partial<GrantDraft>): void => {
    onChange({ ...draft, ...part });
  };
  return (
    <>
      {isNew && <PrincipalFields {...{ draft, faults, set }} />}
      <Field
        {...{ label: 'Role', name: 'role', value: draft.role, suggestions: SHIPPED_ROLES, required: true }}
        onInput={(role) => {
          set({ role });
        }}
        hint="The list has the shipped roles. The stage can have others."
        error={faults.role ?? faultAt(error, '/role')}
      />
      <LayerFields {...{ draft, faults, error, set }} />
      <Field
        {...{ label: 'Group of new records', name: 'defaultGroup', value: draft.defaultGroup }}
        onInput={(defaultGroup) => {
          set({ defaultGroup });
        }}
        hint="Optional: the group of the annotations and comments that the person creates."
        error={faultAt(error, '/defaultGroup')}
      />
      <EndFields {...{ draft, faults, error, set }} />
    </>
  );
}

interface Part {
  readonly draft: GrantDraft;
  readonly faults: DraftFaults;
  readonly set: (part: Partial<GrantDraft>) => void;
}

function PrincipalFields({ draft: { kind, name }, faults, set }: Part) {
  return (
    <>
      <Field
        {...{ label: 'For', name: 'kind', kind: 'select', value: kind, options: KINDS }}
        onInput={(chosen) => {
          set({ kind: chosen as Principal['kind'], ...(chosen === 'everyone' && { name: '' }) });
        }}
      />
      {kind !== 'everyone' && (
        <Field
          {...{ label: kind === 'user' ? 'User id' : 'Group', name: 'name', value: name, required: true }}
          onInput={(typed) => {
            set({ name: typed });
          }}
          hint="It is compared letter by letter, with its blanks and capitals."
          error={faults.name}
        />
      )}
    </>
  );
}

function LayerFields({ draft, faults, error, set }: Part & { readonly error: unknown }) {
  const { shared, layers, withDefault, privateLayer } = draft;
  const fault = faults.layers ?? faultWithin(error, '/layers');
  return (
    <>
      <Field
        {...{ label: 'Shared layers', name: 'shared', kind: 'select', value: shared, options: SHARED }}
        onInput={(chosen) => {
          set({ shared: chosen as SharedLayers });
        }}
        error={shared === 'named' ? undefined : fault}
      />
      {shared === 'named' && (
        <>
          <Field
            {...{ label: 'Names of layers', name: 'layers', kind: 'textarea', value: layers }}
            onInput={(typed) => {
              set({ layers: typed });
            }}
            hint="One on each line."
            error={fault}
          />
          <Check
            {...{ label: 'The default layer too', name: 'withDefault', checked: withDefault }}
            onChange={(checked) => {
              set({ withDefault: checked });
            }}
          />
        </>
      )}
      <Check
        {...{ label: 'The person’s own private layer', name: 'privateLayer', checked: privateLayer }}
        onChange={(checked) => {
          set({ privateLayer: checked });
        }}
      />
    </>
  );
}

function EndFields({ draft: { ends, endsAt }, faults, error, set }: Part & { readonly error: unknown }) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const isTime = !Number.isNaN(Date.parse(endsAt));
  return (
    <>
      <Field
        {...{ label: 'Ends', name: 'ends', kind: 'select', value: ends }}
        options={[
          { value: 'never', label: 'never' },
          { value: 'at', label: 'at a time' },
        ]}
        onInput={(chosen) => {
          set({ ends: chosen === 'at' ? 'at' : 'never' });
        }}
      />
      {ends === 'at' && (
        <Field
          {...{ label: 'End', name: 'endsAt', kind: 'datetime-local', value: endsAt, required: true }}
          onInput={(typed) => {
            set({ endsAt: typed });
          }}
          hint={`In the time zone of this device, ${timeZone}.${isTime ? ` In UTC: ${instantOf(endsAt).replace('T', ' ').replace('Z', '')}.` : ''}`}
          error={faults.endsAt ?? faultAt(error, '/expiresAt')}
        />
      )}
    </>
  );
}
