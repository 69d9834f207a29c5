/** Moves the focus to the first field with an error, once it is rendered. */
export function focusFault(form: HTMLElement): void {
  requestAnimationFrame(() => {
    form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  });
}
