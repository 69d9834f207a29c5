import * as z from 'zod/mini';
import { PERMISSIONS } from '../../../document-engine/index.ts';
import { LEFT_OUT } from '../../../grants/index.ts';
import { objectError, principalName } from '../../messages/fields.ts';
import { ProblemDetails } from '../../problems/problem-details.ts';
import { GrantPrincipal } from '../grants/schemas.ts';
import {
  OnBehalfOf,
  opensOneLayer,
  tokenMembers,
  vouchedGrantSchema,
  type MintRules,
} from '../tokens/mint-request.ts';

/**
 * The schema of an explain request's body, for a stage's bounds: a mint request, with its user beside the other members. Unknown
 * members are refused by name.
 */
export function explainRequestSchema(rules: MintRules, VouchedGrant = vouchedGrantSchema(rules)) {
  return z
    .strictObject(
      { ...OnBehalfOf.shape, ...tokenMembers(rules, VouchedGrant) },
      {
        error: objectError(
          '{"userId", "groups"?, "name"?, "documentId", "layer"? | "privateLayer"?, "permissions"?, "ttlSeconds"?, "defaultGroup"?, "grant"?}',
        ),
      },
    )
    .check(opensOneLayer);
}

/** The content of a token, or the part of it that a grant brings. */
const content = {
  permissions: z.array(z.enum(PERMISSIONS)),
  /** Absent = all that the permissions allow. */
  collaborationPermissions: z.optional(z.array(z.string())),
  defaultGroup: z.optional(z.string()),
};

/** The principal of an explained grant, or the mark of a grant from the request. */
const Receiver = z.union([GrantPrincipal, z.strictObject({ vouched: z.literal(true) })]);

/** The reasons for which a grant has no part in a token. */
export const REASONS = [...LEFT_OUT, 'other-group', 'other-user'] as const;

/** A grant and its part in the token. */
export const ExplainedGrantAnswer = z.strictObject({
  principal: Receiver,
  role: z.string(),
  layers: z.array(z.string()),
  privateLayer: z.boolean(),
  defaultGroup: z.optional(z.string()),
  expiresAt: z.optional(z.iso.datetime()),
  /** Absent for a grant from the request. */
  grantedBy: z.optional(z.string()),
  grantedAt: z.optional(z.iso.datetime()),
  counts: z.boolean(),
  /** Present if it does not count. */
  reason: z.optional(z.enum(REASONS)),
  detail: z.string(),
  /** Present if it counts. */
  brings: z.optional(z.strictObject(content)),
});

/** The answer of a mint, and the reasons. */
export const ExplanationAnswer = z.strictObject({
  documentId: z.string(),
  /** Absent if the user can have no private layer, and the request is for it. */
  layer: z.optional(z.string()),
  userId: principalName('a user id'),
  /** As given in the request. */
  groups: z.array(z.string()),
  outcome: z.enum(['allowed', 'refused']),
  token: z.optional(z.strictObject({ ...content, expiresAt: z.iso.datetime() })),
  problem: z.optional(ProblemDetails),
  hints: z.array(z.string()),
  grants: z.array(ExplainedGrantAnswer),
  grantsLeftOut: z.int(),
  moreGrants: z.boolean(),
  liveTokens: z.optional(
    z.strictObject({
      since: z.iso.datetime(),
      until: z.optional(z.iso.datetime()),
      revocationsWaiting: z.int(),
      waitingSince: z.optional(z.iso.datetime()),
    }),
  ),
});
