import { useId } from 'preact/hooks';

/** A choice of a field. */
export interface Option {
  readonly value: string;
  readonly label: string;
}

/** The properties of a field. */
export interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** A sentence that helps to fill it in. */
  readonly hint?: string | undefined;
  /** The reason for which the service refused the value. */
  readonly error?: string | undefined;
  /** `datetime-local`: a date and a time to the second, in the zone of the device. */
  readonly kind?: 'text' | 'number' | 'textarea' | 'select' | 'datetime-local';
  readonly options?: readonly Option[];
  /** Values that a text field offers. Any other text can be typed. */
  readonly suggestions?: readonly string[];
  readonly required?: boolean;
  /** Keeps the value from the browser's history and from its spelling service. */
  readonly secret?: boolean;
}

/** A labelled input, with its hint and its error. */
export function Field(props: FieldProps) {
  const { label, hint, error } = props;
  const id = useId();
  return (
    <div class={error === undefined ? 'field' : 'field faulty'}>
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Input {...props} id={id} />
      {error !== undefined && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

function Input({
  id,
  name,
  value,
  onInput,
  hint,
  error,
  kind = 'text',
  options = [],
  suggestions = [],
  required = false,
  secret = false,
}: FieldProps & { readonly id: string }) {
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(
    Boolean,
  );
  const common = {
    ...{ id, name, value, required },
    'aria-invalid': error !== undefined,
    ...(described.length > 0 && { 'aria-describedby': described.join(' ') }),
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => {
      onInput(event.currentTarget.value);
    },
    autocomplete: 'off',
  } as const;
  if (kind === 'select') {
    return (
      <select {...common}>
        {options.map((it) => (
          <option key={it.value} value={it.value}>
            {it.label}
          </option>
        ))}
      </select>
    );
  }
  if (kind === 'textarea') return <textarea {...common} rows={secret ? 5 : 3} spellcheck={!secret} />;
  if (kind === 'number') return <input {...common} type="number" />;
  if (kind === 'datetime-local') return <input {...common} type="datetime-local" step="1" />;
  if (suggestions.length === 0) return <input {...common} spellcheck={!secret} />;
  return (
    <>
      <input {...common} spellcheck={false} list={`${id}-list`} />
      <datalist id={`${id}-list`}>
        {suggestions.map((it) => (
          <option key={it} value={it} />
        ))}
      </datalist>
    </>
  );
}

/** A box to tick, or several in a group. */
export function Check({
  label,
  name,
  checked,
  onChange,
}: {
  readonly label: string;
  readonly name: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        name={name}
        checked={checked}
        onChange={(event) => {
          onChange(event.currentTarget.checked);
        }}
      />
      <span>{label}</span>
    </label>
  );
}
