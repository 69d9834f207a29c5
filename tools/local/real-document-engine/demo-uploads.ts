import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { DEMO_PDFS } from './demo-pdfs/index.ts';
import type { EngineApi } from './engine-api.ts';
import { UnusableDocumentEngineError } from './errors.ts';
import { fromJson } from '../../cli/from-json.ts';

const Created = z.object({ data: z.object({ document_id: z.string() }) });

/**
 * Uploads a demo document under its id, unless Document Engine has a document of this id. It needs no layers: Document Engine makes a
 * layer when its first change is stored (OpenAPI description of 1.9.0, "Layers").
 *
 * @returns false if a document of this id was there already. It is kept as it is
 * @throws UnusableDocumentEngineError if Document Engine does not store it
 */
export async function uploadDemoDocument(api: EngineApi, id: string): Promise<boolean> {
  if (await exists(api, id)) return false;
  const pdf = DEMO_PDFS[id]?.();
  if (pdf === undefined) throw new RangeError(`There is no demo PDF for "${id}"`);
  const boundary = `layermint-${randomUUID()}`;
  const answer = await api.askAsBackend('/api/documents', {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: multipart(boundary, id, pdf),
  });
  const created = Created.safeParse(answer.status === 200 ? fromJson(answer.body) : undefined);
  if (created.data?.data.document_id === id) return true;
  // Another program can have uploaded it meanwhile. The status for an existing id is not documented.
  if (answer.status !== 200 && (await exists(api, id))) return false;
  const outcome = answer.status === 200 ? 'has another answer than documented' : `answers ${answer.status}`;
  throw new UnusableDocumentEngineError(
    `Document Engine at ${api.url} does not store the demo document "${id}": POST /api/documents ${outcome}. Check that ALLOW_DOCUMENT_UPLOADS is not false, that its licence is valid, and its log.`,
  );
}

/** Asks for the document's layers: Document Engine answers 404 if it has no such document. */
async function exists(api: EngineApi, id: string): Promise<boolean> {
  const { status } = await api.askAsBackend(`/api/documents/${encodeURIComponent(id)}/layers`);
  if (status === 200 || status === 404) return status === 200;
  throw new UnusableDocumentEngineError(
    `Document Engine at ${api.url} does not say if it has the document "${id}": GET /api/documents/{id}/layers answers ${status}.`,
  );
}

/** Writes a form with the file, its id, and the wish that no document is overwritten (RFC 7578). */
function multipart(boundary: string, id: string, pdf: string): string {
  const part = (disposition: string, content: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
  return [
    part('name="document_id"', id),
    part('name="overwrite_existing_document"', 'false'),
    part(`name="file"; filename="${id}.pdf"\r\nContent-Type: application/pdf`, pdf),
    `--${boundary}--\r\n`,
  ].join('');
}
