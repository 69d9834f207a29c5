import type { ComponentChildren } from 'preact';

/** A button. While it is busy, it says so, and does nothing. */
export function Button({
  children,
  kind = 'plain',
  busy = false,
  onClick,
  type = 'button',
}: {
  readonly children: ComponentChildren;
  readonly kind?: 'primary' | 'danger' | 'plain';
  readonly busy?: boolean;
  readonly onClick?: () => void;
  readonly type?: 'button' | 'submit';
}) {
  return (
    <button
      type={type}
      class={`button ${kind}`}
      aria-disabled={busy}
      aria-busy={busy}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.();
      }}
    >
      {children}
    </button>
  );
}
