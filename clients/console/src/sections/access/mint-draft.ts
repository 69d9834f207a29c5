import { documentFault } from '../../document-id.ts';

/** Document Engine's permissions, each with its effect. */
export const PERMISSIONS = [
  { name: 'read-document', does: 'open the document, and see its pages and records' },
  { name: 'write', does: 'create, change and delete records' },
  { name: 'download', does: 'download and print' },
  { name: 'cover-image', does: 'get the picture of the first page' },
] as const;

/** The form for a token, as it was typed. */
export interface MintDraft {
  readonly documentId: string;
  readonly which: 'default' | 'named' | 'private';
  /** The name of a layer. It counts for `named`. Blanks belong to it. */
  readonly layer: string;
  /** None: all that are granted. */
  readonly permissions: readonly string[];
  readonly ttlSeconds: string;
  readonly defaultGroup: string;
}

/** The body of `POST /v1/tokens`. */
export interface MintBody {
  readonly documentId: string;
  readonly layer?: string;
  readonly privateLayer?: true;
  readonly permissions?: readonly string[];
  readonly ttlSeconds?: number;
  readonly defaultGroup?: string;
}

/** The faults of a draft, by field. */
export type DraftFaults = Partial<Readonly<Record<'documentId' | 'layer' | 'ttlSeconds', string>>>;

/** The empty form. */
export const EMPTY: MintDraft = {
  ...{ documentId: '', which: 'default', layer: '', permissions: [], ttlSeconds: '', defaultGroup: '' },
};

/** Finds the faults that need no answer of the service. */
export function faultsOf({ documentId, which, layer, ttlSeconds }: MintDraft): DraftFaults {
  const document = documentFault(documentId.trim());
  return {
    ...(document !== undefined && { documentId: document }),
    ...(which === 'named' && layer === '' && { layer: 'Name the layer, or choose otherwise above.' }),
    ...(ttlSeconds.trim() !== '' &&
      !Number.isInteger(Number(ttlSeconds)) && { ttlSeconds: 'Enter a whole number of seconds.' }),
  };
}

/** Makes the body of the request. Fields without a value are left out. */
export function bodyOf({
  documentId,
  which,
  layer,
  permissions,
  ttlSeconds,
  defaultGroup,
}: MintDraft): MintBody {
  return {
    documentId: documentId.trim(),
    ...(which === 'named' && { layer }),
    ...(which === 'private' && { privateLayer: true }),
    ...(permissions.length > 0 && { permissions }),
    ...(ttlSeconds.trim() !== '' && { ttlSeconds: Number(ttlSeconds) }),
    ...(defaultGroup !== '' && { defaultGroup }),
  };
}

/** Reads the document and the layer of an address. @param path - the segments after the section's own */
export function draftAt([documentId, which, layer = '']: readonly string[]): Partial<MintDraft> {
  if (documentId === undefined) return {};
  if (which === 'layer') return { documentId, which: 'named', layer };
  return { documentId, which: which === 'private' ? which : 'default', layer: '' };
}

/** Writes the document and the layer for an address. A token that was pasted into a wrong field never gets there. */
export function pathOf(draft: MintDraft): readonly string[] {
  const { which, layer } = draft;
  const documentId = draft.documentId.trim();
  if (documentFault(documentId) !== undefined || (documentId + layer).includes('eyJ')) return [];
  // Half of a surrogate pair has no place in an address.
  if (which === 'named' && layer !== '' && !/\p{Surrogate}/u.test(layer)) return [documentId, 'layer', layer];
  return which === 'private' ? [documentId, which] : [documentId];
}
