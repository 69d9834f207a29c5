import * as z from 'zod/mini';
import { DocumentId, LayerName, objectError, optional } from '../../messages/fields.ts';

/** The body of an inspect request. */
export const InspectBody = z.strictObject(
  {
    /** Any string at all; the answer tells its faults as a token. */
    jwt: z.string({ error: 'must be a string: the token to inspect' }),
    /** The document that it should open. */
    documentId: optional(DocumentId),
    /** The layer that it should open; `""` is the default layer. */
    layer: optional(LayerName),
  },
  { error: objectError('{"jwt", "documentId"?, "layer"?}') },
);

/** The result of an inspection in an answer. */
export const InspectAnswer = z.strictObject({
  /** True if Document Engine would accept the token: every check is ok, except checks that are only advice. */
  accepted: z.boolean(),
  checks: z.array(
    z.strictObject({
      rule: z.string(),
      ok: z.boolean(),
      /** `documented`: by Document Engine. `undocumented`: Document Engine leaves it open. `advice`: it accepts the token anyway. */
      basis: z.enum(['documented', 'undocumented', 'advice']),
      expected: z.string(),
      actual: z.string(),
      /** The remedy, if the check failed. */
      detail: z.string(),
    }),
  ),
  /** Null if it cannot be read. */
  header: z.nullable(z.record(z.string(), z.unknown())),
  /** Null if they cannot be read. */
  claims: z.nullable(z.record(z.string(), z.unknown())),
});
