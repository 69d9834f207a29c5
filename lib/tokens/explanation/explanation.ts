import {
  decide,
  RequestReads,
  VOUCHED,
  wouldExpiredAllow,
  type DecidingGrant,
  type Grant,
  type GrantStore,
  type Policy,
  type Question,
  type Roles,
  type Verdict,
} from '../../grants/index.ts';
import type { Subject } from '../../identity/index.ts';
import { familyId, satisfies } from '../../revocation/index.ts';
import { secondsOf, type Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/log.ts';
import { toMilliseconds } from '../../runtime/time.ts';
import type { Table } from '../../table/index.ts';
import { readAuthority, type Authority } from '../authority.ts';
import { clientTokenClaims } from '../claims.ts';
import { assertRoomForRevocation } from '../holding.ts';
import type { MintRefusal } from '../mint.ts';
import { decideOne, needOf, questionOf, type MintRequest, type Permit } from '../ruling.ts';
import type { MintFailure } from '../settle.ts';
import { liveTokensOf, type LiveTokens } from './live-tokens.ts';
import { otherGrants, type OtherGrants } from './other-grants.ts';
import { wouldBeTooLong } from './token-length.ts';

/** A grant of the document, and its part in the token. */
export interface ExplainedGrant {
  readonly grant: Grant | DecidingGrant;
  readonly verdict: Verdict | ForSomebodyElse;
}

/** A grant for another user, or for a group that the request does not name. */
interface ForSomebodyElse {
  readonly counts: false;
  readonly reason: 'other-user' | 'other-group';
  /** True if the user would get some of what was asked for from it, as a member of the group. */
  readonly wouldCount: boolean;
}

/** The answer that a mint would give now, and the reasons. */
export interface Explanation {
  /** Absent if it is the private layer of a user that can have none. */
  readonly layer?: string;
  /** A permit: the mint would sign its token. A failure: the mint would fail for now. */
  readonly decision: Permit | MintRefusal | MintFailure;
  /** After a refusal: true if it would be allowed if no grant had expired. */
  readonly wouldExpiredAllow: boolean;
  /** The grants that count, then the user's others, then those for somebody else. */
  readonly grants: readonly ExplainedGrant[];
  /** True if the document has more grants for somebody else. */
  readonly more: boolean;
  /** Absent if there is no trace of a token of the user for the document. */
  readonly liveTokens?: LiveTokens;
}

export interface ExplainDependencies {
  readonly table: Table;
  readonly store: GrantStore;
  readonly roles: Roles;
  /** The prefix of every private layer's name; never empty. */
  readonly privateLayerPrefix: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Explains what a mint would answer to a request, and the part of each grant in it. The mint's own decision gives the verdicts, so there
 * is no second opinion. Nothing is written or signed.
 *
 * A mint can still answer otherwise: if there is no signing key, or if a grant changes meanwhile.
 *
 * @param subject - the user of the token, with the groups to assume
 * @throws StoreUnavailableError if the table does not answer
 * @throws UnreadableItemError if the holder item cannot be read; a mint fails for the same reason
 * @throws TooManyItemsError if the request needs too many items
 */
export async function explainToken(
  subject: Subject,
  request: MintRequest,
  { table, store, roles, privateLayerPrefix, clock, log }: ExplainDependencies,
): Promise<Explanation> {
  const { documentId, grant: vouched } = request;
  const reads = new RequestReads();
  const read = [{ documentId, withGrants: vouched === undefined }];
  const authority = (await readAuthority(subject, read, reads, { table, clock, log }))(documentId);
  const others = vouched ? NO_OTHERS : await otherGrants(documentId, subject, store, reads);
  const at = secondsOf(clock);
  const policy: Policy = { roles, privateLayerPrefix };

  const verdicts = new Map<DecidingGrant, Verdict>();
  const onVerdict: Policy['onVerdict'] = (grant, verdict) => verdicts.set(grant, verdict);
  const decision = decideOne(subject, request, authority, { ...policy, onVerdict }, at);
  if (verdicts.size === 0) {
    const unjudged = vouched ? [{ principal: VOUCHED, ...vouched }] : authority.grants;
    for (const grant of unjudged) verdicts.set(grant, NO_SUCH_LAYER);
  }

  const question = questionOf(subject, request, policy, at);
  return {
    ...(question && { layer: question.layer }),
    decision:
      decision.outcome === 'allowed'
        ? await signable(subject, documentId, decision, authority, table)
        : decision,
    wouldExpiredAllow:
      decision.outcome === 'refused' &&
      question !== undefined &&
      wouldExpiredAllow(question, authority.grants, policy),
    grants: [
      ...[...verdicts].map(([grant, verdict]) => ({ grant, verdict })).sort(countingFirst),
      ...others.grants
        .map((grant) => ({ grant, verdict: forSomebodyElse(grant, question, policy) }))
        .sort(likelyFirst),
    ],
    more: others.more,
    ...(authority.holder && { liveTokens: liveTokensOf(authority.holder, at) }),
  };
}

const NO_OTHERS: OtherGrants = { grants: [], more: false };

/** The verdict on each grant if the user can have no private layer. */
const NO_SUCH_LAYER = { counts: false, reason: 'other-layer' } as const;

/** Finds the faults of an allowed token that a mint finds after the decision, in the order of the mint. */
async function signable(
  subject: Subject,
  documentId: string,
  permit: Permit,
  { holder }: Authority,
  table: Table,
): Promise<Permit | MintRefusal | MintFailure> {
  const now = toMilliseconds(permit.issuedAt);
  try {
    if (holder && !satisfies(holder, needOf([permit]))) assertRoomForRevocation(holder, now);
  } catch (error) {
    return { outcome: 'failed', error };
  }
  const family = familyId(documentId, subject.userId, holder?.epoch ?? now);
  const claims = clientTokenClaims(documentId, subject, permit, family);
  if (!(await wouldBeTooLong(claims, table))) return permit;
  const builtFrom = permit.grants.map(({ principal }) => principal);
  return { outcome: 'refused', reason: 'token-too-large', builtFrom };
}

/** Judges a grant for somebody else as if it were for the user too. */
function forSomebodyElse(grant: Grant, question: Question | undefined, policy: Policy): ForSomebodyElse {
  let wouldCount = false;
  const onVerdict: Policy['onVerdict'] = (_, { counts }) => {
    wouldCount = counts;
  };
  if (question) decide(question, [grant], { ...policy, onVerdict });
  const reason = grant.principal.kind === 'group' ? 'other-group' : 'other-user';
  return { counts: false, reason, wouldCount };
}

function countingFirst({ verdict: one }: ExplainedGrant, { verdict: other }: ExplainedGrant): number {
  return Number(other.counts) - Number(one.counts);
}

/** A missing group is the most likely reason of a refusal. */
function likelyFirst(one: OtherGrant, other: OtherGrant): number {
  return rank(one) - rank(other);
}

type OtherGrant = ExplainedGrant & { readonly verdict: ForSomebodyElse };

function rank({ verdict: { reason, wouldCount } }: OtherGrant): number {
  return (wouldCount ? 0 : 2) + (reason === 'other-group' ? 0 : 1);
}
