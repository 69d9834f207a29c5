import type * as z from 'zod/mini';
import { formatCollaborationPermission, type Permission } from '../../../document-engine/index.ts';
import type { Subject } from '../../../identity/index.ts';
import type { ExplainedGrant, Explanation, LiveTokens } from '../../../tokens/index.ts';
import { rfc3339 } from '../../messages/rfc3339.ts';
import { problemOf } from '../../problems/problem-of.ts';
import type { Problem } from '../../problems/problem.ts';
import { principalAnswer } from '../grants/schemas.ts';
import { listed, problemOfRefusal } from '../tokens/mint-problems.ts';
import { grantDetail } from './grant-detail.ts';
import type { ExplainedGrantAnswer, ExplanationAnswer } from './schemas.ts';

type Answer = z.output<typeof ExplanationAnswer>;
type GrantAnswer = z.output<typeof ExplainedGrantAnswer>;

/** The most grants in an answer. */
const MOST_GRANTS = 200;

/** The most bytes of the grants in an answer. One grant can have more than 5 KB, in its layers and names. */
const MOST_BYTES = 256 * 1024;

/** Writes an explanation as {@link ExplanationAnswer}. @param requestId - of the explain request, for the problem */
export function explanationAnswer(
  documentId: string,
  subject: Subject,
  explanation: Explanation,
  requestId: string,
): Answer {
  const { layer, decision, more, liveTokens } = explanation;
  const problem = problemIn(decision);
  const grants = bounded(explanation.grants.map((one) => explainedGrant(one, explanation)));
  return {
    documentId,
    ...(layer !== undefined && { layer }),
    userId: subject.userId,
    groups: [...subject.groups],
    outcome: problem ? 'refused' : 'allowed',
    ...(decision.outcome === 'allowed' && {
      token: { ...contentOf(decision), expiresAt: rfc3339(decision.expiresAt) },
    }),
    ...(problem && { problem: problem.body(requestId) }),
    hints: hintsOf(subject, explanation),
    grants,
    grantsLeftOut: explanation.grants.length - grants.length,
    moreGrants: more,
    ...(liveTokens && { liveTokens: liveTokensAnswer(liveTokens) }),
  };
}

function problemIn(decision: Explanation['decision']): Problem | undefined {
  switch (decision.outcome) {
    case 'allowed':
      return undefined;
    case 'refused':
      return problemOfRefusal(decision);
    case 'failed':
      return problemOf(decision.error);
  }
}

/** Sentences that help to find the reason of a refusal. */
function hintsOf(
  { groups }: Subject,
  { decision, wouldExpiredAllow, grants, more, liveTokens }: Explanation,
): string[] {
  const missing = grants.flatMap(({ grant: { principal }, verdict }) =>
    !verdict.counts && verdict.reason === 'other-group' && verdict.wouldCount && principal.kind === 'group'
      ? [principal.name]
      : [],
  );
  const isRefused = decision.outcome === 'refused';
  const waiting = liveTokens?.revocationsWaiting ?? 0;
  return [
    groups.length === 0
      ? 'The request names no groups, so grants to groups do not count. This service does not know the groups of a user: take them from the caller token.'
      : 'The groups are those of the request. This service does not know the groups of a user: compare them with the caller token.',
    ...(isRefused && grants.length === 0 && !more
      ? ['The document has no grants at all. Check its id.']
      : []),
    ...(isRefused && wouldExpiredAllow ? ['It would be allowed if no grant had expired.'] : []),
    ...(isRefused && missing.length > 0
      ? [`Grants would count if the user were in one of these groups: ${listed(missing)}.`]
      : []),
    ...(waiting > 0
      ? [
          `${waiting === 1 ? 'A revocation waits' : `${waiting} revocations wait`} for Document Engine. Until it confirms, revoked tokens can still open the document.`,
        ]
      : []),
  ];
}

function explainedGrant(explained: ExplainedGrant, explanation: Explanation): GrantAnswer {
  const { grant, verdict } = explained;
  const { principal, role, layers, privateLayer, defaultGroup, expiresAt } = grant;
  return {
    principal: principal.kind === 'vouched' ? { vouched: true } : principalAnswer(principal),
    role,
    layers: [...layers],
    privateLayer,
    ...(defaultGroup !== undefined && { defaultGroup }),
    ...(expiresAt !== undefined && { expiresAt: rfc3339(expiresAt) }),
    ...('grantedBy' in grant && { grantedBy: grant.grantedBy, grantedAt: rfc3339(grant.grantedAt) }),
    counts: verdict.counts,
    ...(!verdict.counts && { reason: verdict.reason }),
    detail: grantDetail(explained, explanation),
    ...(verdict.counts && { brings: broughtBy(verdict.contribution) }),
  };
}

type Contribution = Extract<ExplainedGrant['verdict'], { counts: true }>['contribution'];

function broughtBy({ permissions, collaboration, defaultGroup }: Contribution): GrantAnswer['brings'] {
  const listedActions =
    collaboration === 'unrestricted' || collaboration.length === 0
      ? undefined
      : collaboration.map(formatCollaborationPermission).sort();
  return contentOf({
    permissions: [...permissions],
    ...(listedActions && { collaborationPermissions: listedActions }),
    ...(defaultGroup !== undefined && { defaultGroup }),
  });
}

interface Content {
  readonly permissions: readonly Permission[];
  readonly collaborationPermissions?: readonly string[];
  readonly defaultGroup?: string;
}

function contentOf({ permissions, collaborationPermissions, defaultGroup }: Content) {
  return {
    permissions: [...permissions],
    ...(collaborationPermissions && { collaborationPermissions: [...collaborationPermissions] }),
    ...(defaultGroup !== undefined && { defaultGroup }),
  };
}

function liveTokensAnswer({
  since,
  until,
  revocationsWaiting,
  waitingSince,
}: LiveTokens): Answer['liveTokens'] {
  return {
    since: rfc3339(since),
    ...(until !== undefined && { until: rfc3339(until) }),
    revocationsWaiting,
    ...(waitingSince !== undefined && { waitingSince: rfc3339(waitingSince) }),
  };
}

/** Cuts a list of grants to the bounds of an answer. */
function bounded(grants: readonly GrantAnswer[]): GrantAnswer[] {
  let bytes = 0;
  const first = grants.slice(0, MOST_GRANTS);
  const end = first.findIndex((grant) => {
    bytes += Buffer.byteLength(JSON.stringify(grant));
    return bytes > MOST_BYTES;
  });
  return end === -1 ? first : first.slice(0, end);
}
