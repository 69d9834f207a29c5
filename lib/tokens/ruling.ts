import type { Permission } from '../document-engine/index.ts';
import {
  decide,
  privateLayerOf,
  sourceKey,
  VOUCHED_KEY,
  wouldExpiredAllow,
  type Allowed,
  type Policy,
  type Question,
  type Refused,
  type VouchedGrant,
} from '../grants/index.ts';
import type { Subject } from '../identity/index.ts';
import type { Holder, HolderNeed } from '../revocation/index.ts';
import { toMilliseconds, MINUTE, type Seconds } from '../runtime/time.ts';
import type { Authority } from './authority.ts';
import { decideVouched, type VouchedGrantRefused } from './vouching.ts';

/** A request for one token. */
export interface MintRequest {
  readonly documentId: string;
  /** A layer by its name, or the subject's own private layer. */
  readonly layer: string | { readonly private: true };
  /** Without repeats; absent = all that are granted. */
  readonly permissions?: readonly Permission[];
  /** Within the stage's bounds. */
  readonly ttlSeconds: Seconds;
  /** The default group asked for; absent = the first that the grants give. */
  readonly defaultGroup?: string;
  /** The grant that a backend vouches for. It decides in place of the subject's grants. */
  readonly grant?: VouchedGrant;
}

/** A refusal of a request, before anything is signed. */
export type RequestRefused = (Refused | VouchedGrantRefused) & {
  /** Present if the request would be allowed had no grant expired. The table keeps an expired grant for some days. */
  readonly expiredGrantWouldAllow?: true;
};

/** A decision for a token: its permissions, its layer, and the time of the decision. */
export interface Permit extends Allowed {
  readonly layer: string;
  /** The time of the decision, since the Unix epoch. */
  readonly issuedAt: Seconds;
}

/** The answer to all requests of a subject for one document, from one read. */
interface Ruling {
  readonly refusals: readonly (readonly [MintRequest, RequestRefused])[];
  readonly permits: readonly (readonly [MintRequest, Permit])[];
  /** The minimum that the holder item must hold before any permit is used; absent if there is no permit. */
  readonly need?: HolderNeed;
  /** True if the permits can be used once the holder item meets `need`. If false, the read must be repeated after that. */
  readonly counts: boolean;
  /** True if the permits need no read of grants: all are vouched for. Their tokens can be of a family that began after the read. */
  readonly isOfAnyFamily: boolean;
}

// If a holder item has not changed for this long, it was already in this state before our read began to read grants: the
// deadline of a request keeps every read much shorter. The rest of the minute allows for clocks that differ.
const SETTLED_AFTER = toMilliseconds(MINUTE);

/**
 * Decides all requests for one document from one read.
 *
 * **The read that a decision needs.** If a grant is removed, the epoch of every holder item that names the grant's principal is
 * raised. A read is not a snapshot: it can return a grant from before its removal and the holder item from after the revocation.
 * The token would then belong to the new family, which that removal does not revoke. So a decision counts only if the grants were read
 * at a time when the holder item was already known to have this epoch and to name every principal that the decision uses. An item that
 * has been in this state for a minute is known well enough. Otherwise the item is written, and the grants are read again.
 *
 * **A vouched grant** is part of the request, so no read of it can be out of date, and no removal of a grant in the table concerns it.
 * Only revocations end its tokens, and they find them by the holder item. So one thing is needed: before a token is signed,
 * the table has a holder item with the token's epoch and an end no earlier than the token's. The item is read with this content, or
 * written on the condition that its epoch is unchanged. A revocation that comes after that raises this epoch, and ends the
 * token's family. A revocation that comes before that finds no token of this request, and the token is of the next family. The read
 * therefore counts with any holder item, with none, and with one that has only just changed.
 *
 * @param requests - all for the same document
 * @param known - the holder item as known before the read began; undefined if it was not known
 * @param at - the time of the decision, since the Unix epoch
 */
export function rule(
  subject: Subject,
  requests: readonly MintRequest[],
  authority: Authority,
  known: Holder | undefined,
  policy: Policy,
  at: Seconds,
): Ruling {
  const refusals: [MintRequest, RequestRefused][] = [];
  const permits: [MintRequest, Permit][] = [];
  for (const request of requests) {
    const decision = decideOne(subject, request, authority, policy, at);
    if (decision.outcome === 'refused') refusals.push([request, decision]);
    else permits.push([request, decision]);
  }
  if (permits.length === 0) return { refusals, permits, counts: true, isOfAnyFamily: true };
  const need = needOf(permits.map(([, permit]) => permit));
  const fromRead = need.builtFrom.difference(NOT_READ);
  const before = knownBefore(authority, known);
  const isOfAnyFamily = fromRead.size === 0;
  return {
    refusals,
    permits,
    need,
    counts: isOfAnyFamily || (before !== undefined && fromRead.isSubsetOf(before.builtFrom)),
    isOfAnyFamily,
  };
}

/** The keys of the grants that are not read from the table. */
const NOT_READ: ReadonlySet<string> = new Set([VOUCHED_KEY]);

/**
 * Makes the question of a request.
 *
 * @param at - the time of the decision, since the Unix epoch
 * @returns undefined if the request is for the private layer of a subject that can have none
 */
export function questionOf(
  subject: Subject,
  { layer: wanted, permissions, ttlSeconds, defaultGroup }: MintRequest,
  { privateLayerPrefix }: Policy,
  at: Seconds,
): Question | undefined {
  const layer = typeof wanted === 'string' ? wanted : privateLayerOf(subject.userId, privateLayerPrefix);
  if (layer === undefined) return undefined;
  return {
    subject,
    layer,
    at,
    notAfter: at + ttlSeconds,
    ...(permissions && { permissions }),
    ...(defaultGroup !== undefined && { defaultGroup }),
  };
}

/** Decides a request from the subject's grants, or from the grant that a backend vouches for. Parameters as of {@link rule}. */
export function decideOne(
  subject: Subject,
  request: MintRequest,
  { grants }: Pick<Authority, 'grants'>,
  policy: Policy,
  at: Seconds,
): Permit | RequestRefused {
  const question = questionOf(subject, request, policy, at);
  if (question === undefined) return { outcome: 'refused', reason: 'no-grant' };
  const { grant } = request;
  const decision = grant ? decideVouched(question, grant, policy) : decide(question, grants, policy);
  if (decision.outcome === 'allowed') return { ...decision, layer: question.layer, issuedAt: at };
  const isOfExpired = grant === undefined && wouldExpiredAllow(question, grants, policy);
  return { ...decision, ...(isOfExpired && { expiredGrantWouldAllow: true }) };
}

/** Computes the minimum that the holder item must record before the tokens of these permits are signed. */
export function needOf(permits: readonly Permit[]): HolderNeed {
  return {
    expiresAt: Math.max(...permits.map(({ expiresAt }) => expiresAt)),
    builtFrom: new Set(permits.flatMap(({ grants }) => grants.map(({ principal }) => sourceKey(principal)))),
  };
}

/** Returns the holder item as known before the read began, if the read confirms it. */
function knownBefore({ holder, readBegan }: Authority, known: Holder | undefined): Holder | undefined {
  if (holder === undefined) return undefined;
  if (known?.epoch === holder.epoch) return known;
  return holder.namedAt <= readBegan - SETTLED_AFTER ? holder : undefined;
}
