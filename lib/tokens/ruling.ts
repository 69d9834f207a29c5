import type { Permission } from '../document-engine/index.ts';
import { decide, privateLayerOf, type Allowed, type Policy, type Refused } from '../grants/index.ts';
import { principalKey, type Subject } from '../identity/index.ts';
import type { Holder, HolderNeed } from '../revocation/index.ts';
import { toMilliseconds, MINUTE, type Seconds } from '../runtime/time.ts';
import type { Authority } from './authority.ts';

/** One token that is asked for. */
export interface MintRequest {
  readonly documentId: string;
  /** A layer by its name, or the subject's own private one. */
  readonly layer: string | { readonly private: true };
  /** Without repeats; absent = all that are granted. */
  readonly permissions?: readonly Permission[];
  /** Within the stage's bounds. */
  readonly ttlSeconds: Seconds;
}

/** A decision for a token: what it may allow, on which layer, and since when. */
export interface Permit extends Allowed {
  readonly layer: string;
  /** The moment of the decision, since the Unix epoch. */
  readonly issuedAt: Seconds;
}

/** The answer to all that a subject asks of one document, as far as one read can give it. */
interface Ruling {
  readonly refusals: readonly (readonly [MintRequest, Refused])[];
  readonly permits: readonly (readonly [MintRequest, Permit])[];
  /** The least that the holder item has to say before any permit is used; absent if there is none. */
  readonly need?: HolderNeed;
  /** Whether the permits may be used once the holder item says so. If not, the read has to be repeated after that. */
  readonly counts: boolean;
}

// A holder item that has said the same for so long said it before a BatchGetItem that sees it began to read grants.
// The clients' time limits keep every read far below it.
const SETTLED_AFTER = toMilliseconds(MINUTE);

/**
 * Decides all requests for one document from one read.
 *
 * **Which read a decision may be made from.** Removing a grant raises the epoch of every holder whose item names the
 * grant's principal. BatchGetItem is not a snapshot: it can see a grant from before its removal, and the holder item
 * from after the revocation. Such a token would be of a family that nobody revokes. So a decision counts only if its
 * grants were read after the holder item was known to have this epoch and to name every principal that the decision
 * uses. An item that has said so for a minute is known well enough; otherwise it is written, and the grants are read
 * again.
 *
 * @param requests - all for the same document
 * @param known - the holder item as it was known to be before the read began, if it was
 * @param at - the moment of the decision, since the Unix epoch
 */
export function rule(
  subject: Subject,
  requests: readonly MintRequest[],
  authority: Authority,
  known: Holder | undefined,
  policy: Policy,
  at: Seconds,
): Ruling {
  const refusals: [MintRequest, Refused][] = [];
  const permits: [MintRequest, Permit][] = [];
  for (const request of requests) {
    const decision = decideOne(subject, request, authority, policy, at);
    if (decision.outcome === 'refused') refusals.push([request, decision]);
    else permits.push([request, decision]);
  }
  if (permits.length === 0) return { refusals, permits, counts: true };
  const need = needOf(permits.map(([, permit]) => permit));
  const before = knownBefore(authority, known);
  return {
    refusals,
    permits,
    need,
    counts: before !== undefined && need.builtFrom.isSubsetOf(before.builtFrom),
  };
}

function decideOne(
  subject: Subject,
  { layer: wanted, permissions, ttlSeconds }: MintRequest,
  { grants }: Authority,
  policy: Policy,
  at: Seconds,
): Permit | Refused {
  const layer =
    typeof wanted === 'string' ? wanted : privateLayerOf(subject.userId, policy.privateLayerPrefix);
  if (layer === undefined) return { outcome: 'refused', reason: 'no-grant' };
  const question = { subject, layer, at, notAfter: at + ttlSeconds, ...(permissions && { permissions }) };
  const decision = decide(question, grants, policy);
  return decision.outcome === 'refused' ? decision : { ...decision, layer, issuedAt: at };
}

function needOf(permits: readonly Permit[]): HolderNeed {
  return {
    expiresAt: Math.max(...permits.map(({ expiresAt }) => expiresAt)),
    builtFrom: new Set(permits.flatMap(({ builtFrom }) => builtFrom.map(principalKey))),
  };
}

/** The holder item as it was known to be before the read began, as far as the read bears it out. */
function knownBefore({ holder, readBegan }: Authority, known: Holder | undefined): Holder | undefined {
  if (holder === undefined) return undefined;
  if (known?.epoch === holder.epoch) return known;
  return holder.namedAt <= readBegan - SETTLED_AFTER ? holder : undefined;
}
