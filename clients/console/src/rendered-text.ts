import { options } from 'preact';
import { visible } from './visible-text.ts';

/** Makes every text that Preact renders {@link visible}, so that no section can forget it. Values of fields stay as they are. */
export function renderVisibleText(): void {
  options.vnode = (node) => {
    // Preact makes such a node for each text.
    const text: { readonly type: unknown; props: unknown } = node;
    if (text.type === null && typeof text.props === 'string') text.props = visible(text.props);
  };
}
