import type { ComponentChildren } from 'preact';
import { useConsole } from '../context.ts';
import { Button } from './button.tsx';

/** Copies a text, and says so. */
export function CopyButton({
  title,
  text,
  children,
}: {
  /** The name of the text, for the announcement and for screen readers. */
  readonly title: string;
  readonly text: string;
  /** The label. It is "Copy" without one. */
  readonly children?: ComponentChildren;
}) {
  const { announce } = useConsole();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      announce(`${title}: copied.`);
    } catch {
      announce('The browser does not allow copying. Select the text, and copy it yourself.');
    }
  };
  return (
    <Button onClick={() => void copy()}>
      {children ?? (
        <>
          Copy<span class="unseen">: {title}</span>
        </>
      )}
    </Button>
  );
}
