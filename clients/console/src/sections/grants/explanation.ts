import { boolean, list, number, object, oneOf, optional, string } from '../../reading.ts';
import { readTerms } from './grant.ts';

const readRights = object({
  permissions: list(string),
  collaborationPermissions: optional(list(string)),
  defaultGroup: optional(string),
});

const readPart = object({
  counts: boolean,
  reason: optional(string),
  detail: string,
  brings: optional(readRights),
});

/** Reads the answer of `POST /v1/tokens/explain`. */
export const readExplanation = object({
  layer: optional(string),
  userId: string,
  groups: list(string),
  outcome: oneOf('allowed', 'refused'),
  token: optional((json) => ({ ...readRights(json), ...object({ expiresAt: string })(json) })),
  problem: optional(object({ title: string, detail: string })),
  hints: list(string),
  grants: list((json) => ({ ...readTerms(json), ...readPart(json) })),
  grantsLeftOut: number,
  moreGrants: boolean,
  liveTokens: optional(object({ since: string, until: optional(string), revocationsWaiting: number })),
});

/** The token that a person would get, or the reason for a refusal. */
export type Explanation = ReturnType<typeof readExplanation>;

/** A grant of the document, and its part in the token. */
export type ExplainedGrant = Explanation['grants'][number];

/** The rights in a token, or those that a grant brings. */
export type Rights = ReturnType<typeof readRights>;

/** The content of the form. */
export interface Question {
  readonly userId: string;
  /** One group on each line. */
  readonly groups: string;
  readonly which: 'default' | 'named' | 'private';
  readonly layer: string;
}

/** Makes the body of the request. */
export function questionBody(documentId: string, { userId, groups, which, layer }: Question): object {
  const named = groups.split(/\r?\n/).filter((it) => it !== '');
  return {
    documentId,
    userId,
    ...(named.length > 0 && { groups: [...new Set(named)] }),
    ...(which === 'named' && { layer }),
    ...(which === 'private' && { privateLayer: true }),
  };
}
