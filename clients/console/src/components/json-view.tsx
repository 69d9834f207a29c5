/** The members of a JSON object, each with its value as JSON, and an explanation if there is one. */
export function JsonView({
  value,
  explain,
}: {
  readonly value: Readonly<Record<string, unknown>>;
  readonly explain?: (name: string, value: unknown) => string | undefined;
}) {
  return (
    <dl class="members">
      {Object.entries(value).map(([name, member]) => (
        <div key={name}>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>
            <code class="value">{JSON.stringify(member, null, 2)}</code>
            <Explanation text={explain?.(name, member)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Explanation({ text }: { readonly text: string | undefined }) {
  return text === undefined ? null : <p class="hint">{text}</p>;
}
