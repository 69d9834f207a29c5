import { inHtml } from '../../html.ts';

/**
 * Text in HTML or SVG, between tags or in a quoted attribute: it cannot end either. Control characters and marks that turn the
 * direction of writing are replaced, since a name can come from a log line.
 */
export const escaped = (text: string): string =>
  inHtml(
    text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '?'),
  );
