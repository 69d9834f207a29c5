import * as z from 'zod';
import { fromJson } from '../from-json.ts';

/** A grant that a record names. */
const RecordedGrant = z.object({
  principal: z.string(),
  name: z.string().optional(),
  role: z.string().optional(),
  layers: z.array(z.string()).optional(),
  privateLayer: z.boolean().optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  grantedBy: z.string().optional(),
  grantedAt: z.string().optional(),
});
export type RecordedGrant = z.infer<typeof RecordedGrant>;

/** The data of a record, as far as answers use it. docs/audit.md lists it by type. */
const Data = RecordedGrant.partial().extend({
  requestId: z.string().optional(),
  userId: z.string().optional(),
  callerId: z.string().optional(),
  clientId: z.string().optional(),
  operator: z.string().optional(),
  command: z.string().optional(),
  onBehalf: z.boolean().optional(),
  /** Of a refused change of a grant: `set` or `removed`. */
  change: z.string().optional(),
  everyone: z.boolean().optional(),
  documentId: z.string().optional(),
  layer: z.string().optional(),
  permissions: z.array(z.string()).optional(),
  grants: z.array(RecordedGrant).optional(),
  grantsLeftOut: z.number().optional(),
  family: z.string().optional(),
  kid: z.string().optional(),
  tokenSha256: z.string().optional(),
  reason: z.string().optional(),
  groupCount: z.number().optional(),
  expiredGrantWouldAllow: z.boolean().optional(),
  before: RecordedGrant.partial().optional(),
  count: z.number().optional(),
  /** The grants that a removal of all removed. */
  removed: z.array(RecordedGrant).optional(),
  /** Those of a backend token: a list of ids, or a text that stands for every document. */
  documentIds: z.union([z.string(), z.array(z.string())]).optional(),
});

const Event = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string().startsWith('layermint.'),
  time: z.iso.datetime({ offset: true }),
  subject: z.string().optional(),
  data: Data,
});

/** A record of the audit log. Its texts come from callers: they can hold anything. */
export interface AuditRecord {
  readonly id: string;
  /** Without the prefix `layermint.`. */
  readonly type: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** The document, if the record is about one. */
  readonly subject: string | undefined;
  readonly data: z.infer<typeof Data>;
  /** The record as it was written. */
  readonly line: string;
}

/** Reads a record. @returns undefined if the line is none, as most lines of a stack's log */
export function auditRecordOf(line: string): AuditRecord | undefined {
  if (!line.startsWith('{') || !line.includes('"specversion"')) return undefined;
  const { data: event } = Event.safeParse(fromJson(line));
  if (event === undefined) return undefined;
  const { id, source, type, time, subject, data } = event;
  return {
    id: `${source} ${id}`,
    type: type.slice('layermint.'.length),
    time: Date.parse(time),
    subject: subject ?? data.documentId,
    data,
    line,
  };
}
