import * as z from 'zod/mini';
import { DocumentId, LayerName, objectError } from '../../messages/fields.ts';

/** The body of an inspect request. */
export const InspectBody = z.strictObject(
  {
    /** Anything that is taken for a token; the answer says what is wrong with it. */
    jwt: z.string({ error: 'must be the token to inspect, as a text' }),
    /** The document that it should open. */
    documentId: z.optional(DocumentId),
    /** The layer that it should open; `""` is the default layer. */
    layer: z.optional(LayerName),
  },
  { error: objectError('{"jwt", "documentId"?, "layer"?}') },
);

/** The result of an inspection as the API answers it. */
export const InspectAnswer = z.strictObject({
  /** True if Document Engine would accept the token: every check is ok, apart from those that are mere advice. */
  accepted: z.boolean(),
  checks: z.array(
    z.strictObject({
      rule: z.string(),
      ok: z.boolean(),
      /** `documented` by Document Engine; left open by it, `undocumented`; or `advice`: it takes the token all the same. */
      basis: z.enum(['documented', 'undocumented', 'advice']),
      expected: z.string(),
      actual: z.string(),
      /** The remedy, if the check failed. */
      detail: z.string(),
    }),
  ),
  /** Null if the token has none that can be read. */
  header: z.nullable(z.record(z.string(), z.unknown())),
  /** Null if the token has none that can be read. */
  claims: z.nullable(z.record(z.string(), z.unknown())),
});
