import { useConsole } from './context.ts';
import { readDocumentPage, type OpenableDocument } from './openable-document.ts';
import { pageQuery, usePages, type Pages } from './pages.ts';

/** Loads the documents that the person can open, page by page. */
export function useOpenableDocuments(): Pages<OpenableDocument> {
  const { api, announce } = useConsole();
  return usePages(
    async (cursor) => {
      const { body } = await api.get(`/v1/documents${pageQuery(cursor)}`, readDocumentPage);
      const { length } = body.documents;
      announce(`${length} ${length === 1 ? 'document' : 'documents'} loaded.`);
      return { entries: body.documents, next: body.nextCursor };
    },
    (before, next) => [...before, ...next],
    [api],
  );
}
