import type { OpenableDocument } from '../../openable-document.ts';

/** Selects the documents whose id has a text in it. Capitals and small letters count as the same. */
export function documentsWith(
  documents: readonly OpenableDocument[],
  text: string,
): readonly OpenableDocument[] {
  const wanted = text.trim().toLowerCase();
  return documents.filter(({ documentId }) => documentId.toLowerCase().includes(wanted));
}

/**
 * Says what the list shows, for its caption.
 *
 * @param hasMore - the service has documents that were not loaded
 */
export function captionOf(shown: number, loaded: number, hasMore: boolean): string {
  const all = `${loaded} ${loaded === 1 ? 'document' : 'documents'}${hasMore ? ' loaded so far' : ''}`;
  return shown === loaded ? `${all}, by id` : `${shown} of ${all}`;
}

/** Says why the list is empty, and the next step. */
export function emptyOf(text: string, loaded: number, hasMore: boolean, userId: string | undefined): string {
  if (loaded === 0) {
    const you = userId === undefined ? 'your user id' : `your user id, ${userId},`;
    return `No grant opens a document for you yet. Ask an owner of a document for a grant to ${you} or to one of your groups.`;
  }
  return hasMore
    ? `No document that was loaded so far has “${text}” in its id. Show more documents, or type the whole id below.`
    : `None of your documents has “${text}” in its id.`;
}
