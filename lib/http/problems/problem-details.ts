import * as z from 'zod/mini';

/** The body of an error answer: problem details (RFC 9457 section 3). */
export const ProblemDetails = z.strictObject({
  /** `urn:layermint:problem:<slug>`; docs/problems.md describes each. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** Finds the request in the log. */
  requestId: z.string(),
  /** The faults of the body, each by a JSON pointer in URI fragment form (RFC 6901 section 6). */
  errors: z.optional(z.array(z.strictObject({ pointer: z.string(), detail: z.string() }))),
});
