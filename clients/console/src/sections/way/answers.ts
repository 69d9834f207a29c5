import { boolean, list, number, object, oneOf, optional, record, string } from '../../reading.ts';

/** Reads the answer of `GET /v1/caller`. */
export const readCaller = object({
  userId: string,
  name: optional(string),
  clientId: optional(string),
  groups: list(string),
  scopes: list(string),
  issuer: string,
  expiresAt: string,
  unread: list(object({ claim: string, reason: oneOf('left-out', 'shape') })),
});

/** The person for whom the service takes the caller. */
export type Caller = ReturnType<typeof readCaller>;

const readGrant = object({
  principal: record,
  role: string,
  layers: list(string),
  privateLayer: boolean,
  counts: boolean,
  reason: optional(string),
  detail: string,
});

/** A grant, and its part in the token. */
export type ConsideredGrant = ReturnType<typeof readGrant>;

/** Reads the part of the answer of `POST /v1/tokens/explain` that the way shows. */
export const readExplanation = object({
  outcome: oneOf('allowed', 'refused'),
  hints: list(string),
  grants: list(readGrant),
  grantsLeftOut: number,
  moreGrants: boolean,
});

/** The grants that the decision considers. */
export type Explanation = ReturnType<typeof readExplanation>;

/** Reads the answer of `POST /v1/tokens`. */
export const readToken = object({
  jwt: string,
  layer: string,
  permissions: list(string),
  expiresAt: string,
});

/** A minted token. */
export type Token = ReturnType<typeof readToken>;

/** Names the receiver of a grant. */
export function principalOf({ principal }: ConsideredGrant): string {
  const { user, group, everyone } = principal;
  if (typeof user === 'string') return `the user ${user}`;
  if (typeof group === 'string') return `the group ${group}`;
  return everyone === undefined ? 'another receiver' : 'everyone';
}

/** Names the layers of a grant. */
export function layersOf({ layers, privateLayer }: ConsideredGrant): string {
  const shared = layers.map((layer) => {
    if (layer === '*') return 'every shared layer';
    return layer === '' ? 'the default layer' : `the layer ${layer}`;
  });
  return [...shared, ...(privateLayer ? ['their own private layer'] : [])].join(', ') || 'no layer';
}
