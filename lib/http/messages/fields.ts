import * as z from 'zod/mini';
import { DOCUMENT_ID_PATTERN, isLayerName } from '../../document-engine/index.ts';
import { isPrincipalName } from '../../identity/index.ts';
import { MINUTE, type Seconds } from '../../runtime/time.ts';

/** The shortest life of a token that can be asked for. */
export const MIN_TTL_SECONDS: Seconds = MINUTE;

/** A document id in a request. */
export const DocumentId = z
  .string({ error: 'must be a document id, as Document Engine gave it at upload' })
  .check(z.regex(DOCUMENT_ID_PATTERN, { error: 'must be 1 to 256 characters of A-Z a-z 0-9 . _ ~ : @ -' }));

/** A layer in a request. */
export const LayerName = z
  .string({ error: 'must be the name of an Instant layer' })
  .check(
    z.refine(isLayerName, { error: 'must be at most 256 characters, without "*" and control characters' }),
  );

/** A user id or group name in a request. */
export const principalName = (what: string) => {
  const right = `must be ${what}: a text of 1 to 512 bytes without control characters`;
  return z.string({ error: right }).check(z.refine(isPrincipalName, { error: right }));
};

/** The message for what is not an object, or an object with unknown members. */
export function objectError(shape: string): (issue: z.core.$ZodRawIssue) => string {
  return ({ code }) =>
    code === 'unrecognized_keys' ? `is unknown; the members are ${shape}` : `must be an object ${shape}`;
}
