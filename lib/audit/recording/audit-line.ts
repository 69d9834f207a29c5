import * as z from 'zod/mini';
import { AUDIT_TYPES } from '../audit-event.ts';
import { MAX_LINE_BYTES } from '../audit-log.ts';

const TYPES = AUDIT_TYPES.map((type) => `layermint.${type}`);

/** A record as `createAuditLog` writes it (CloudEvents 1.0, "Required Attributes"), and no other member. */
const Line = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.string().check(z.minLength(1)),
  source: z.string(),
  type: z.enum(TYPES),
  time: z.iso.datetime(),
  subject: z.optional(z.string()),
  datacontenttype: z.literal('application/json'),
  data: z.record(z.string(), z.unknown()),
});

/**
 * Tells whether a line of a function's log is a record of its stage. The filter of the subscription lets through each line of JSON
 * with the member `specversion`, and a function logs more than records.
 *
 * @param source - the source of the stage's records, see `auditSourceOf`
 */
export function isAuditLine(message: string, source: string): boolean {
  if (Buffer.byteLength(message) > MAX_LINE_BYTES) return false;
  try {
    const { data, success } = z.safeParse(Line, JSON.parse(message));
    return success && data.source === source;
  } catch {
    return false;
  }
}
