import type { ComponentChild } from 'preact';
import './facts.css';

/** Names with their values. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ComponentChild])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The most names that are shown at once. A person can be in 500 groups. */
const AT_ONCE = 20;

/** A list of names in a line. The rest of a long one opens on demand. */
export function Names({ of }: { readonly of: readonly string[] }) {
  if (of.length === 0) return <>none</>;
  const rest = of.slice(AT_ONCE);
  return (
    <>
      <Line of={of.slice(0, AT_ONCE)} />
      {rest.length > 0 && (
        <details>
          <summary>and {rest.length} more</summary>
          <Line of={rest} />
        </details>
      )}
    </>
  );
}

function Line({ of }: { readonly of: readonly string[] }) {
  return (
    <>
      {of.map((name, at) => (
        <span key={name}>
          {at > 0 && ', '}
          <bdi>{name}</bdi>
        </span>
      ))}
    </>
  );
}
