import { useId } from 'preact/hooks';
import { useConsole } from '../context.ts';
import { Button } from './button.tsx';

/** Text to copy, such as a command. A long line scrolls in its box, which the keyboard reaches. */
export function CodeBlock({ title, text }: { readonly title: string; readonly text: string }) {
  const { announce } = useConsole();
  const id = useId();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      announce(`${title}: copied.`);
    } catch {
      announce('The browser does not allow copying. Select the text, and copy it yourself.');
    }
  };
  return (
    <figure class="code">
      <figcaption>
        <span id={id}>{title}</span>
        <Button onClick={() => void copy()}>
          Copy<span class="unseen">: {title}</span>
        </Button>
      </figcaption>
      <pre tabIndex={0} role="region" aria-labelledby={id}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
