import { boolean, list, object, optional, string } from './reading.ts';

const readLayer = object({
  layer: optional(string),
  anyLayer: optional(boolean),
  roles: list(string),
  permissions: list(string),
  expiresAt: optional(string),
});

/** A layer that the person can open. Without `layer`, it is every shared layer that has no entry of its own. */
export type OpenableLayer = ReturnType<typeof readLayer>;

const readDocument = object({ documentId: string, layers: list(readLayer) });

/** A document that the person can open. */
export type OpenableDocument = ReturnType<typeof readDocument>;

/** Reads a page of `GET /v1/documents`. */
export const readDocumentPage = object({ documents: list(readDocument), nextCursor: optional(string) });
