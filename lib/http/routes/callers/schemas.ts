import * as z from 'zod/mini';

/** The reasons for which a claim of a caller token could not be read. */
export const UNREAD_REASONS = ['left-out', 'shape'] as const;

/** A claim that the service could not read. */
const UnreadClaim = z.strictObject({
  /** Its name in the stage's parameters: of a member of the token, or a JSON Pointer. */
  claim: z.string(),
  reason: z.enum(UNREAD_REASONS),
});

/** The person or backend for whom the service takes the caller, in an answer. */
export const CallerAnswer = z.strictObject({
  userId: z.string(),
  /** Absent if the token has no name that can be shown. */
  name: z.optional(z.string()),
  /** Absent if the token names no client. */
  clientId: z.optional(z.string()),
  groups: z.array(z.string()),
  scopes: z.array(z.string()),
  issuer: z.string(),
  expiresAt: z.iso.datetime(),
  unread: z.array(UnreadClaim),
});
