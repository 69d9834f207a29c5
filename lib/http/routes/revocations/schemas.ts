import * as z from 'zod/mini';
import { isConfirmed, type JobRequest, type RevocationJob } from '../../../revocation/index.ts';
import { toSeconds } from '../../../runtime/time.ts';
import { rfc3339 } from '../../messages/rfc3339.ts';
import { DocumentId, objectError, optional, principalName } from '../../messages/fields.ts';

const MAX_REASON_CHARACTERS = 500;

const reasonError = `must be a string of at most ${MAX_REASON_CHARACTERS} characters`;

const Reason = z.string({ error: reasonError }).check(
  z.maxLength(MAX_REASON_CHARACTERS, { error: reasonError }),
  z.refine((text) => text.isWellFormed(), {
    error: 'must be well-formed Unicode, without half a surrogate pair',
  }),
);

/**
 * The body of `POST /v1/revocations`: the live tokens to end. Without a user and `everyone`, these are the caller's own.
 * `everyone` counts as left out if it is false.
 */
export const RevocationBody = z
  .strictObject(
    {
      userId: optional(principalName('a user id')),
      documentId: optional(DocumentId),
      everyone: optional(z.boolean({ error: 'must be true or false' })),
      reason: optional(Reason),
    },
    { error: objectError('{"userId"?, "documentId"?, "everyone"?, "reason"?}') },
  )
  .check(
    z.refine(({ everyone, userId }) => everyone !== true || userId === undefined, {
      path: ['everyone'],
      error: 'must not stand beside "userId": it ends the tokens of all users for a document',
    }),
    z.refine(({ everyone, documentId }) => everyone !== true || documentId !== undefined, {
      path: ['everyone'],
      error: 'must stand beside a "documentId": it ends the tokens of all users for one document',
    }),
  );

/** The progress of a revocation in an answer. */
export const RevocationAnswer = z.object({
  id: z.string(),
  /** `confirmed`: Document Engine has confirmed the revocation of all tokens found. */
  state: z.enum(['confirmed', 'pending']),
  userId: z.optional(z.string()),
  documentId: z.optional(z.string()),
  reason: z.optional(z.string()),
  /** The number of holders revoked so far, since the latest request. */
  holders: z.int(),
  /** The number of families that were unconfirmed at the last count. */
  waiting: z.int(),
  requestedAt: z.string(),
});

/**
 * Writes a job as {@link RevocationAnswer}.
 *
 * @param request - the request to answer about; its `reason` is shown
 */
export function revocationAnswer(
  job: RevocationJob,
  { at, reason }: Omit<JobRequest, 'by'>,
): z.output<typeof RevocationAnswer> {
  const { userId, documentId } = job.target;
  const confirmed = isConfirmed(job, at);
  return {
    id: job.id,
    state: confirmed ? 'confirmed' : 'pending',
    ...(userId !== undefined && { userId }),
    ...(documentId !== undefined && { documentId }),
    ...(reason !== undefined && { reason }),
    holders: job.holders,
    waiting: confirmed ? 0 : Math.max(job.waiting, job.underWay.waiting),
    requestedAt: rfc3339(toSeconds(at)),
  };
}
