import { createHash, randomUUID } from 'node:crypto';
import { jsonAnswer, textAnswer, type HttpAnswer, type HttpRequest } from '../loopback-server.ts';
import type { Document } from './options.ts';

/** The documents that exist, by id. */
export class Documents {
  readonly #layers: Map<string, readonly string[]>;

  constructor(documents: readonly Document[]) {
    this.#layers = new Map(documents.map(({ id, layers }) => [id, layers]));
  }

  /** Lists the names of a document's layers; undefined if the document does not exist. */
  layersOf(id: string): readonly string[] | undefined {
    return this.#layers.get(id);
  }

  /** Adds a document without layers, or replaces one. A layer begins to exist with its first change. */
  put(id: string): void {
    this.#layers.set(id, []);
  }
}

/**
 * Answers an upload: a form with the file, and the id if the sender chooses it (OpenAPI description of 1.9.0, "Create a Document").
 * The stand-in notes that the document exists, and does not keep the file. The file must be ASCII, as its server reads bodies as text.
 *
 * @param takenIdStatus - of the answer if the id is taken, and the form does not ask to overwrite
 */
export function upload(
  { headers, body }: HttpRequest,
  documents: Documents,
  takenIdStatus: number,
): HttpAnswer {
  const form = formIn(headers['content-type'] ?? '', body);
  if (form === undefined) return textAnswer(400, 'The body must be multipart/form-data');
  const content = form.get('file') ?? '';
  if (!content.startsWith('%PDF-') || !content.trimEnd().endsWith('%%EOF'))
    return textAnswer(400, 'The form must hold a PDF under the name "file"');
  const id = form.get('document_id') ?? randomUUID();
  if (id === '') return textAnswer(400, 'The document_id must not be empty');
  if (documents.layersOf(id) !== undefined && form.get('overwrite_existing_document') !== 'true')
    return textAnswer(takenIdStatus, 'There is a document with this id');
  documents.put(id);
  const sourcePdfSha256 = createHash('sha256').update(content).digest('hex');
  return jsonAnswer(200, { data: { document_id: id, errors: [], sourcePdfSha256, title: titleIn(content) } });
}

/** Reads a form (RFC 7578) into the contents of its parts by their names. @returns undefined if it is none */
function formIn(type: string, body: string): ReadonlyMap<string, string> | undefined {
  const boundary = /^multipart\/form-data\s*;\s*boundary="?([^";]{1,70})"?\s*$/i.exec(type)?.[1];
  if (boundary === undefined || !body.trimEnd().endsWith(`--${boundary}--`)) return undefined;
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1);
  const form = new Map<string, string>();
  for (const part of parts) {
    const end = part.indexOf('\r\n\r\n');
    const name = /^content-disposition: form-data;(?:.*;)? *name="([^"]+)"/im.exec(
      part.slice(0, Math.max(end, 0)),
    )?.[1];
    if (name === undefined) return undefined;
    form.set(name, part.slice(end + 4));
  }
  return form;
}

const titleIn = (pdf: string): string | null => /\/Title \(([^()\\]*)\)/.exec(pdf)?.[1] ?? null;
