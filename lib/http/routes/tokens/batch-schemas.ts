import * as z from 'zod/mini';
import { ProblemDetails } from '../../problems/problem-details.ts';
import { TokenAnswer } from './token-answer.ts';
import { objectError } from '../../messages/fields.ts';

/** The most tokens that one batch can ask for. */
const MAX_ENTRIES = 100;

/**
 * The schema of a batch's body.
 *
 * @param entry - the schema of an entry: for parsing a batch, one that accepts anything, because one bad entry must not spoil the
 * others; for the OpenAPI document, that of a mint request
 */
export function batchRequestSchema<Entry extends z.ZodMiniType>(entry: Entry) {
  const right = `must be an array of 1 to ${MAX_ENTRIES} mint requests`;
  return z.strictObject(
    {
      requests: z
        .array(entry, { error: right })
        .check(z.minLength(1, { error: right }), z.maxLength(MAX_ENTRIES, { error: right })),
    },
    { error: objectError('{"requests"}') },
  );
}

/** The results of the entries, in their order. A problem's pointers begin at its entry. */
export const BatchAnswer = z.strictObject({
  results: z.array(
    z.union([
      z.strictObject({ status: z.literal(201), token: TokenAnswer }),
      z.strictObject({ status: z.int().check(z.minimum(400)), problem: ProblemDetails }),
    ]),
  ),
});
