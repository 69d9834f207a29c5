import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { untilItFails, type RevocationDependencies } from './delivery.ts';
import { DUE_ATTRIBUTES, dueFrom, pauseAfter } from './due.ts';
import { type RaiseRule } from './families.ts';
import { type Target } from './holder-pages.ts';
import { revokePage } from './raise.ts';
import { type Item, type StartKey, type Table, jobOfKey, jobKey } from '../table/index.ts';
import { UnreadableItemError } from '../runtime/errors.ts';

/**
 * The revocation of all live tokens of a target. It walks over the target's holders page by page, and what it has done
 * is written after every page, so that anybody can go on from there.
 */
export interface RevocationJob {
  readonly id: string;
  readonly target: Target;
  /** The user id of whoever asked for it. */
  readonly requestedBy: string;
  readonly reason?: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** How many holders it has raised. */
  readonly holders: number;
  /** How many walks over the holders are complete. */
  readonly walks: number;
  /** How many families were unconfirmed after the last complete walk, or are of a holder whose item cannot be read. */
  readonly waiting: number;
  /** The same, of the walk that is under way, and where that goes on. */
  readonly underWay: { readonly waiting: number; readonly next?: StartKey };
  /** Counts the writes of the item, so that of two runners one gives way. */
  readonly version: number;
}

/** Whether every holder is raised, and all that is left is for Document Engine to confirm it. */
export function isOnlyWaiting({ walks, waiting, underWay }: RevocationJob): boolean {
  return walks > 0 && waiting > 0 && underWay.next === undefined;
}

/** Whether Document Engine has confirmed everything that was found to revoke. */
export function isConfirmed(job: RevocationJob): boolean {
  return job.walks > 0 && job.waiting === 0;
}

const ID_BYTES = 16;
const KEPT_FOR = 7 * 86_400; // seconds; as long as its state can be asked for

// A user's holders come from an index that may not show the newest yet: look again, so long after the start.
// Milliseconds.
const LOOK_AGAIN = [60_000, 600_000];

// What two machines' clocks may differ by, generously; milliseconds.
const CLOCK_SKEW = 10_000;

/** Whether an item is a job's. */
export function isJobItem(item: Item): boolean {
  return jobOfKey(item) !== undefined;
}

const Job = z.object({
  target: z.union([
    z.object({ userId: z.string(), documentId: z.string() }),
    z.object({ userId: z.string() }),
    z.object({ documentId: z.string() }),
  ]),
  requestedBy: z.string(),
  reason: z.optional(z.string()),
  createdAt: z.int(),
  holders: z.int(),
  walks: z.int(),
  waiting: z.int(),
  underWay: z.object({ waiting: z.int(), next: z.optional(z.record(z.string(), z.string())) }),
  version: z.int(),
});

/** Reads a job from its item. @throws UnreadableItemError if the item is not one */
export function jobFromItem(item: Item): RevocationJob {
  const attributes = z.safeParse(Job, item);
  const id = jobOfKey(item);
  if (id === undefined || !attributes.success) throw new UnreadableItemError('job', item);
  const { reason, underWay, ...rest } = attributes.data;
  return {
    id,
    ...rest,
    ...(reason !== undefined && { reason }),
    underWay: { waiting: underWay.waiting, ...(underWay.next && { next: underWay.next }) },
  };
}

/** Reads a job; undefined where there is none of this id, or no longer. */
export async function findJob(table: Table, id: string): Promise<RevocationJob | undefined> {
  const [item] = await table.batchGet([jobKey(id)]);
  return item && jobFromItem(item);
}

/** Writes down that a target is to be revoked. From here on it will be, whatever fails. */
export async function startJob(
  target: Target,
  requestedBy: string,
  reason: string | undefined,
  { table, clock }: RevocationDependencies,
): Promise<RevocationJob> {
  const job: RevocationJob = {
    id: randomBytes(ID_BYTES).toString('base64url'),
    target,
    requestedBy,
    ...(reason !== undefined && { reason }),
    createdAt: clock.now(),
    holders: 0,
    walks: 0,
    waiting: 0,
    underWay: { waiting: 0 },
    version: 0,
  };
  const { id, ...attributes } = job;
  const key = jobKey(id);
  await table.put({ ...key, ...attributes, ...dueFrom(key, job.createdAt) });
  return job;
}

/**
 * Goes on with a job until it has nothing to do for now, another runner is at it, or the time is up.
 *
 * @param deadline - milliseconds since the Unix epoch; the page that is under way then is finished
 * @returns the job as it was left
 */
export async function advanceJob(
  job: RevocationJob,
  deadline: number,
  dependencies: RevocationDependencies,
): Promise<RevocationJob> {
  const documentEngine = untilItFails(dependencies.documentEngine);
  let current = job;
  do {
    const { next: start, waiting: before } = current.underWay;
    const page = await revokePage(current.target, start, ruleOf(current), {
      ...dependencies,
      documentEngine,
    });
    const waiting = before + page.waiting + page.unreadable;
    const holders = current.holders + page.raised;
    const after: RevocationJob = page.next
      ? { ...current, holders, underWay: { waiting, next: page.next }, version: current.version + 1 }
      : {
          ...current,
          holders,
          walks: current.walks + 1,
          waiting,
          underWay: { waiting: 0 },
          version: current.version + 1,
        };
    if (!(await writeJob(after, !documentEngine.failed, dependencies)))
      return (await findJob(dependencies.table, job.id)) ?? current;
    current = after;
  } while (current.underWay.next !== undefined && dependencies.clock.now() < deadline);
  return current;
}

/**
 * The first walk raises every holder. A later one only those whom the first cannot have seen: whom it raised has an
 * epoch beyond anything that a clock that differs could have given before.
 */
function ruleOf({ walks, createdAt, target }: RevocationJob): RaiseRule {
  if (target.documentId !== undefined) return { applies: () => walks === 0 };
  const lowestEpoch = createdAt + CLOCK_SKEW;
  return { applies: ({ epoch }) => walks === 0 || epoch < lowestEpoch, lowestEpoch };
}

/** Writes a job's progress, and when it is due again. @returns false where another runner wrote meanwhile */
function writeJob(
  job: RevocationJob,
  answered: boolean,
  { table, clock }: RevocationDependencies,
): Promise<boolean> {
  const due = nextDue(job, answered, clock.now());
  const done = due === undefined;
  return table.update(
    jobKey(job.id),
    {
      text:
        'SET holders = :holders, walks = :walks, waiting = :waiting, underWay = :underWay, version = :version' +
        (done ? `, #ttl = :ttl REMOVE ${DUE_ATTRIBUTES}` : ', dueAt = :dueAt, dueSince = :dueSince'),
      values: {
        ':holders': job.holders,
        ':walks': job.walks,
        ':waiting': job.waiting,
        ':underWay': job.underWay,
        ':version': job.version,
        ...(done
          ? { ':ttl': Math.floor(clock.now() / 1000) + KEPT_FOR }
          : { ':dueAt': due.dueAt, ':dueSince': due.dueSince }),
      },
      ...(done && { names: { '#ttl': 'ttl' } }),
    },
    { text: 'version = :before', values: { ':before': job.version - 1 } },
  );
}

/**
 * When there is more to do: at once within a walk, later for what waits or may not have been seen; else never.
 *
 * @param answered - whether Document Engine did: what it did not confirm is asked about less and less often; while it does
 * not answer at all, nothing is put off
 */
function nextDue(
  job: RevocationJob,
  answered: boolean,
  now: number,
): { readonly dueAt: number; readonly dueSince: number } | undefined {
  const { createdAt, waiting, underWay } = job;
  if (underWay.next !== undefined) return { dueAt: now, dueSince: createdAt };
  if (waiting > 0) return { dueAt: answered ? now + pauseAfter(createdAt, now) : now, dueSince: createdAt };
  const again = job.target.documentId === undefined && LOOK_AGAIN.find((after) => createdAt + after > now);
  return again ? { dueAt: createdAt + again, dueSince: createdAt + again } : undefined;
}
