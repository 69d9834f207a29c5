import * as z from 'zod/mini';
import { DOCUMENT_ID_PATTERN, DOCUMENT_ID_RULE, isLayerName } from '../../document-engine/index.ts';
import { isPrincipalName } from '../../identity/index.ts';
import { MINUTE, type Seconds } from '../../runtime/time.ts';

/** The shortest life of a token that can be asked for. */
export const MIN_TTL_SECONDS: Seconds = MINUTE;

/**
 * Refuses half a surrogate pair, which JSON can write as `"\ud800"` (RFC 8259 section 8.2). UTF-8 has no form for it: AWS and
 * Document Engine would refuse it, or store another text.
 */
export const wellFormed = z.refine<string>((text) => text.isWellFormed(), {
  error: 'must be well-formed Unicode, without half of a surrogate pair',
  abort: true,
});

/** A document id in a request. */
export const DocumentId = z
  .string({ error: 'must be a string: a document id, as Document Engine gave it at upload' })
  .check(z.regex(DOCUMENT_ID_PATTERN, { error: `must be ${DOCUMENT_ID_RULE}` }));

/** A layer in a request. */
export const LayerName = z
  .string({ error: 'must be a string: the name of an Instant layer' })
  .check(
    wellFormed,
    z.refine(isLayerName, { error: 'must be at most 256 characters, without "*" and control characters' }),
  );

/**
 * A user id or group name in a request.
 *
 * @param meaning - names it in messages, with its article
 */
export const principalName = (meaning: string) => {
  const right = `must be ${meaning}: a string of 1 to 512 bytes without control characters`;
  return z.string({ error: right }).check(wellFormed, z.refine(isPrincipalName, { error: right }));
};

/**
 * Makes the messages for a value that is not an object, and for unknown members of an object.
 *
 * @param shape - the members, an optional one followed by a question mark
 */
export function objectError(shape: string): (issue: z.core.$ZodRawIssue) => string {
  return ({ code }) =>
    code === 'unrecognized_keys' ? `is unknown; the members are ${shape}` : `must be an object ${shape}`;
}

/**
 * Makes a member optional. `null` counts as left out, because encoders of Dart, Kotlin and Swift write it for a member without a
 * value. The parsed member is never null. Each optional member of a request is made by this or by {@link withDefault}.
 */
export const optional = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.optional(orNull(schema, undefined));

/** Makes a member optional, with the value that it has if it is left out or null. */
export const withDefault = <Schema extends z.ZodMiniType>(schema: Schema, value: z.output<Schema>) =>
  z._default(orNull(schema, value), value as z.core.util.NoUndefined<Awaited<z.output<Schema>>>);

const orNull = <Schema extends z.ZodMiniType, Absent>(schema: Schema, absent: Absent) =>
  z.pipe(
    z.nullable(schema),
    z.transform((value) => value ?? absent),
  );
