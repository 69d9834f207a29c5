import { useId } from 'preact/hooks';
import { CopyButton } from './copy-button.tsx';

/** Text to copy, such as a command. A long line scrolls in its box, which the keyboard reaches. */
export function CodeBlock({ title, text }: { readonly title: string; readonly text: string }) {
  const id = useId();
  return (
    <figure class="code">
      <figcaption>
        <span id={id}>{title}</span>
        <CopyButton title={title} text={text} />
      </figcaption>
      <pre tabIndex={0} role="region" aria-labelledby={id}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
