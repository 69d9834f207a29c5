import { number, object, oneOf, optional, string } from '../../reading.ts';

/** Reads a revocation. */
export const readRevocation = object({
  id: string,
  state: oneOf('confirmed', 'pending'),
  userId: optional(string),
  documentId: optional(string),
  reason: optional(string),
  holders: number,
  waiting: number,
  requestedAt: string,
});

/** A revocation, and how far it is. */
export type Revocation = ReturnType<typeof readRevocation>;

/** The tokens to end. */
export type Target = 'own' | 'own-document' | 'user' | 'user-document' | 'everyone';

/** The content of the form. */
export interface RevocationDraft {
  readonly target: Target;
  readonly userId: string;
  readonly documentId: string;
  readonly reason: string;
}

/** Tells if a target names a person. */
export const hasUser = (target: Target): boolean => target === 'user' || target === 'user-document';

/** Tells if a target names a document. */
export const hasDocument = (target: Target): boolean =>
  ['own-document', 'user-document', 'everyone'].includes(target);

/** Makes the body of the request. Fields of another target do not count. */
export function revocationBody({ target, userId, documentId, reason }: RevocationDraft): object {
  return {
    ...(hasUser(target) && { userId }),
    ...(hasDocument(target) && { documentId: documentId.trim() }),
    ...(target === 'everyone' && { everyone: true }),
    ...(reason !== '' && { reason }),
  };
}

/** Names the tokens of a draft in words. */
export function targetInWords({ target, userId, documentId }: RevocationDraft): string {
  const whose = { own: 'your own tokens', user: `the tokens of user “${userId}”` } as const;
  const forDocument = `for the document “${documentId.trim()}”`;
  if (target === 'everyone') return `the tokens of everyone ${forDocument}`;
  const person = hasUser(target) ? whose.user : whose.own;
  return hasDocument(target) ? `${person} ${forDocument}` : `${person}, for every document`;
}

/** Names the tokens of a revocation in words. */
export function revokedInWords({ userId, documentId }: Revocation): string {
  const whose = userId === undefined ? 'The tokens of everyone' : `The tokens of user “${userId}”`;
  return documentId === undefined
    ? `${whose}, for every document`
    : `${whose} for the document “${documentId}”`;
}

/** The first pause between two looks, and the longest, in milliseconds. */
export const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60_000;

/** Makes the next pause: half as long again, up to a minute. The service itself continues once a minute. */
export function nextPause(pause: number): number {
  return Math.min(LONGEST_PAUSE, Math.round(pause * 1.5));
}

/** Tells the fault of an id, in a sentence; undefined if a revocation can have it. An address with `..` would be another one. */
export function idFault(id: string): string | undefined {
  if (id === '') return 'Enter the id of a revocation.';
  return /^[\w-]{1,64}$/.test(id)
    ? undefined
    : 'The id of a revocation has letters, digits, “-” and “_” only.';
}
