import * as z from 'zod/mini';
import { PERMISSIONS } from '../../../document-engine/index.ts';
import { ANY_LAYER, type OpenableDocument, type OpenableLayer } from '../../../grants/index.ts';
import { rfc3339 } from '../../messages/rfc3339.ts';

const rights = {
  /** The roles of all grants that apply. */
  roles: z.array(z.string()),
  /** The permissions of a token if the request names none. */
  permissions: z.array(z.enum(PERMISSIONS)),
  /** The time at which the first of the grants that the token is built from ends; absent = none ends. */
  expiresAt: z.optional(z.iso.datetime()),
};

/** A layer of a document in an answer; `anyLayer` is every shared layer without an entry of its own. */
export const LayerAnswer = z.union([
  z.strictObject({ layer: z.string(), ...rights }),
  z.strictObject({ anyLayer: z.literal(true), ...rights }),
]);

/** A page of the documents that a caller can open, in an answer. */
export const DocumentsAnswer = z.strictObject({
  documents: z.array(z.strictObject({ documentId: z.string(), layers: z.array(LayerAnswer) })),
  /** The position of the next page; absent on the last. */
  nextCursor: z.optional(z.string()),
});

/** Writes a document for {@link DocumentsAnswer}. */
export function documentAnswer({
  documentId,
  layers,
}: OpenableDocument): z.output<typeof DocumentsAnswer>['documents'][number] {
  return { documentId, layers: layers.map(layerAnswer) };
}

function layerAnswer({ layer, roles, permissions, expiresAt }: OpenableLayer): z.output<typeof LayerAnswer> {
  const answer = {
    roles: [...roles],
    permissions: [...permissions],
    ...(expiresAt !== undefined && { expiresAt: rfc3339(expiresAt) }),
  };
  return layer === ANY_LAYER ? { anyLayer: true, ...answer } : { layer, ...answer };
}
