/**
 * The permissions that a client token may carry, as Document Engine spells them (guide "Client authentication").
 * `read-document` opens the document, `write` creates, updates and deletes records, `download` downloads and
 * prints the PDF, `cover-image` shows the first page as a thumbnail and nothing else.
 */
export const PERMISSIONS = ['read-document', 'write', 'download', 'cover-image'] as const;

/** One of Document Engine's four permissions. */
export type Permission = (typeof PERMISSIONS)[number];

/** Tells whether a text is the name of one of Document Engine's permissions. */
export function isPermission(text: unknown): text is Permission {
  return PERMISSIONS.some((permission) => permission === text);
}
