import { list, object, oneOf, optional, string } from './reading.ts';

const readUnreadClaim = object({ claim: string, reason: oneOf('left-out', 'shape') });

/** A claim that the service could not read. */
export type UnreadClaim = ReturnType<typeof readUnreadClaim>;

/** Reads the answer of `GET /v1/caller`. */
export const readCaller = object({
  userId: string,
  name: optional(string),
  clientId: optional(string),
  groups: list(string),
  scopes: list(string),
  issuer: string,
  expiresAt: string,
  unread: list(readUnreadClaim),
});

/** The person for whom the service takes the caller. */
export type Caller = ReturnType<typeof readCaller>;

/** The consequence of a claim that was not read, and the remedy. */
export const UNREAD_IN_WORDS: Readonly<
  Record<UnreadClaim['reason'], { readonly says: string; readonly remedy: string }>
> = {
  'left-out': {
    says: 'The identity provider left it out, because you are in too many groups. Grants to your groups do not count.',
    remedy:
      'Let the provider send only the groups that have grants here. Until then, ask an owner of the document for a grant to your user id.',
  },
  shape: {
    says: 'It is not of a shape that the service reads, so nothing of it counts.',
    remedy:
      'Let the provider send a string or a list of strings. Or let the stage read another claim: its parameters groupsClaim, nameClaim and scopesClaim name those that it reads.',
  },
};
