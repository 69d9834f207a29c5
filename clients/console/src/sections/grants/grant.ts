import { boolean, list, object, optional, ReadingError, string, type Read } from '../../reading.ts';

/** The receiver of a grant. The name of everyone is empty. */
export interface Principal {
  readonly kind: 'user' | 'group' | 'everyone';
  readonly name: string;
}

const readNames = object({ user: optional(string), group: optional(string), everyone: optional(boolean) });

/** Reads the `principal` of an answer. */
export const readPrincipal: Read<Principal> = (json) => {
  const { user, group, everyone } = readNames(json);
  if (user !== undefined) return { kind: 'user', name: user };
  if (group !== undefined) return { kind: 'group', name: group };
  if (everyone === true) return { kind: 'everyone', name: '' };
  throw new ReadingError('a user, a group or everyone');
};

const terms = {
  principal: readPrincipal,
  role: string,
  layers: list(string),
  privateLayer: boolean,
  defaultGroup: optional(string),
  expiresAt: optional(string),
};

/** The members that explained grants have too. */
export const readTerms = object(terms);

/** Reads a grant. */
export const readGrant = object({ ...terms, grantedBy: string, grantedAt: string, etag: string });

/** A grant of a document. */
export type Grant = ReturnType<typeof readGrant>;

/** The members that say who may do what. */
export type Terms = ReturnType<typeof readTerms>;

/** Reads a page of `GET /v1/documents/{documentId}/grants`. */
export const readGrantPage = object({ grants: list(readGrant), nextCursor: optional(string) });

/** Names a principal in words. */
export function principalInWords({ kind, name }: Principal): string {
  return kind === 'everyone' ? 'everyone' : `${kind} “${name}”`;
}

/** Tells if both are the same principal. Names are compared letter by letter, as the service does. */
export function isSame(one: Principal, other: Principal): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** Names a layer in words. */
export function layerInWords(layer: string): string {
  return layer === '' ? 'the default layer' : `“${layer}”`;
}

/** Lists the layers of a grant in words. */
export function layersInWords({ layers, privateLayer }: Pick<Terms, 'layers' | 'privateLayer'>): string {
  const shared = layers.includes('*') ? ['every shared layer'] : layers.map(layerInWords);
  const all = [...shared, ...(privateLayer ? ['the person’s private layer'] : [])];
  return all.length === 0 ? 'no layer' : all.join(', ');
}

/** The address of a document's grants. */
export function grantsPath(documentId: string): string {
  return `/v1/documents/${encodeURIComponent(documentId)}/grants`;
}

/** The address of one grant. @param allowNoOwner - the document may be left without an owner */
export function grantPath(documentId: string, { kind, name }: Principal, allowNoOwner: boolean): string {
  const principal = kind === 'everyone' ? kind : `${kind}=${encodeURIComponent(name)}`;
  return `${grantsPath(documentId)}?${principal}${allowNoOwner ? '&allowNoOwner' : ''}`;
}

/** The precondition of a change: nobody has changed the grant that was seen, or there is still none. */
export function preconditionOf(seen: Pick<Grant, 'etag'> | undefined): Readonly<Record<string, string>> {
  return seen === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${seen.etag}"` };
}
