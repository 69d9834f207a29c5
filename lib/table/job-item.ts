import * as z from 'zod/mini';
import type { DueAttributes } from './due-attributes.ts';
import { jobKey, jobOfKey } from './keys.ts';
import type { Item } from './table.ts';

const Target = z.union([
  z.object({ userId: z.string(), documentId: z.string() }),
  z.object({ userId: z.string() }),
  z.object({ documentId: z.string() }),
]);

const JobRequest = z.object({ by: z.string(), at: z.int(), reason: z.exactOptional(z.string()) });

const JobRequests = z.object({ own: z.exactOptional(JobRequest), other: z.exactOptional(JobRequest) });

// docs/table.md and the type `RevocationJob` explain the attributes.
const JobAttributes = z.object({
  target: Target,
  requests: JobRequests,
  askedAt: z.int(),
  covers: z.int(),
  confirmedUntil: z.int(),
  foundFor: z.int(),
  holders: z.int(),
  walks: z.int(),
  waiting: z.int(),
  underWay: z.object({ waiting: z.int(), next: z.exactOptional(z.record(z.string(), z.string())) }),
  version: z.int(),
});

/** The attributes of a job's item. */
export type JobAttributes = z.output<typeof JobAttributes>;

/** A request for a revocation: the caller's user id, the moment in milliseconds since the Unix epoch, and the reason. */
export type JobRequest = Readonly<z.output<typeof JobRequest>>;

/** The latest request of the user of the tokens, and the latest of anybody else; at least one of them. */
export type JobRequests = Readonly<z.output<typeof JobRequests>>;

/** Reads a job's id and attributes; undefined if the item is not a readable job. */
export function jobAttributes(item: Item): (JobAttributes & { readonly id: string }) | undefined {
  const id = jobOfKey(item);
  const attributes = z.safeParse(JobAttributes, item).data;
  return id !== undefined && attributes ? { id, ...attributes } : undefined;
}

/** Makes the item of a due job. It has no `ttl` until the job is finished. */
export function jobItem(id: string, attributes: Readonly<JobAttributes>, due: DueAttributes): Item {
  return { ...jobKey(id), ...attributes, ...due };
}

const FormerJobAttributes = z.object({
  target: Target,
  requestedBy: z.string(),
  reason: z.exactOptional(z.string()),
});

/** The attributes of a job of version 0.1.0. Its id was random, and it was for one request. */
export type FormerJobAttributes = z.output<typeof FormerJobAttributes>;

/** Reads the attributes of a job of version 0.1.0; undefined if the item is not one. */
export function formerJobAttributes(item: Item): FormerJobAttributes | undefined {
  return jobOfKey(item) === undefined ? undefined : z.safeParse(FormerJobAttributes, item).data;
}
