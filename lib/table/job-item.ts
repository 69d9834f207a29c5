import * as z from 'zod/mini';
import type { DueAttributes } from './due-attributes.ts';
import { jobKey, jobOfKey } from './keys.ts';
import type { Item } from './table.ts';

// docs/table.md and the type `RevocationJob` explain the attributes.
const JobAttributes = z.object({
  target: z.union([
    z.object({ userId: z.string(), documentId: z.string() }),
    z.object({ userId: z.string() }),
    z.object({ documentId: z.string() }),
  ]),
  requestedBy: z.string(),
  reason: z.exactOptional(z.string()),
  createdAt: z.int(),
  holders: z.int(),
  walks: z.int(),
  waiting: z.int(),
  underWay: z.object({ waiting: z.int(), next: z.exactOptional(z.record(z.string(), z.string())) }),
  version: z.int(),
});

/** The attributes of a job's item. */
export type JobAttributes = z.output<typeof JobAttributes>;

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
