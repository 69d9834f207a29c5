import * as z from 'zod/mini';
import { isConfirmed, type RevocationJob } from '../../../revocation/index.ts';
import { toSeconds } from '../../../runtime/time.ts';
import { rfc3339 } from '../../messages/rfc3339.ts';
import { DocumentId, objectError, principalName } from '../../messages/fields.ts';

const MAX_REASON_CHARACTERS = 500;

const reasonError = `must be a string of at most ${MAX_REASON_CHARACTERS} characters`;

/** The body of `POST /v1/revocations`: the live tokens to end. Without a user and a document, these are the caller's own. */
export const RevocationBody = z.strictObject(
  {
    userId: z.optional(principalName('a user id')),
    documentId: z.optional(DocumentId),
    reason: z.optional(
      z.string({ error: reasonError }).check(z.maxLength(MAX_REASON_CHARACTERS, { error: reasonError })),
    ),
  },
  { error: objectError('{"userId"?, "documentId"?, "reason"?}') },
);

/** The progress of a revocation in an answer. */
export const RevocationAnswer = z.object({
  id: z.string(),
  /** `confirmed`: Document Engine has confirmed the revocation of all tokens found. */
  state: z.enum(['confirmed', 'pending']),
  userId: z.optional(z.string()),
  documentId: z.optional(z.string()),
  reason: z.optional(z.string()),
  /** The number of holders revoked so far. */
  holders: z.int(),
  /** The number of families that were unconfirmed at the last count. */
  waiting: z.int(),
  requestedAt: z.string(),
});

/** Writes a job as {@link RevocationAnswer}. */
export function revocationAnswer(job: RevocationJob): z.output<typeof RevocationAnswer> {
  const { userId, documentId } = job.target;
  return {
    id: job.id,
    state: isConfirmed(job) ? 'confirmed' : 'pending',
    ...(userId !== undefined && { userId }),
    ...(documentId !== undefined && { documentId }),
    ...(job.reason !== undefined && { reason: job.reason }),
    holders: job.holders,
    waiting: Math.max(job.waiting, job.underWay.waiting),
    requestedAt: rfc3339(toSeconds(job.createdAt)),
  };
}
