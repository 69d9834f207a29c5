import { randomBytes } from 'node:crypto';
import { MINUTE, toMilliseconds, type Milliseconds } from '../runtime/time.ts';
import type { Due, StartKey } from '../table/index.ts';
import { pauseAfter } from './due.ts';
import type { RaiseRule } from './families.ts';
import type { PageOutcome, Target } from './walk.ts';

/**
 * The revocation of all live tokens of a target. It walks over the target's holders page by page, and its progress is written
 * after every page, so that anybody can take it further from there.
 */
export interface RevocationJob {
  readonly id: string;
  readonly target: Target;
  /** The user id of the caller who asked for it. */
  readonly requestedBy: string;
  readonly reason?: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: Milliseconds;
  /** How many holders it has raised. */
  readonly holders: number;
  /** How many walks over the holders are complete. */
  readonly walks: number;
  /** How many families were unconfirmed after the last complete walk, or are of a holder whose item cannot be read. */
  readonly waiting: number;
  /** The same, of the walk that is under way, and the page that it has come to. */
  readonly underWay: { readonly waiting: number; readonly next?: StartKey };
  /** Counts the writes of the item, so that of two runners one gives way. */
  readonly version: number;
}

const ID_BYTES = 16;

/** Makes a job that has done nothing yet. @param now - milliseconds since the Unix epoch */
export function newJob(
  target: Target,
  requestedBy: string,
  reason: string | undefined,
  now: Milliseconds,
): RevocationJob {
  return {
    id: randomBytes(ID_BYTES).toString('base64url'),
    target,
    requestedBy,
    ...(reason !== undefined && { reason }),
    createdAt: now,
    holders: 0,
    walks: 0,
    waiting: 0,
    underWay: { waiting: 0 },
    version: 0,
  };
}

/** Tells whether every holder is raised, and all that is left is for Document Engine to confirm it. */
export function isOnlyWaiting({ walks, waiting, underWay }: RevocationJob): boolean {
  return walks > 0 && waiting > 0 && underWay.next === undefined;
}

/** Tells whether Document Engine has confirmed everything that was found to revoke. */
export function isConfirmed({ walks, waiting }: RevocationJob): boolean {
  return walks > 0 && waiting === 0;
}

/** Counts a page of its walk in. */
export function afterPage(job: RevocationJob, page: PageOutcome): RevocationJob {
  const waiting = job.underWay.waiting + page.waiting + page.unreadable;
  const counted = { ...job, holders: job.holders + page.raised, version: job.version + 1 };
  return page.next
    ? { ...counted, underWay: { waiting, next: page.next } }
    : { ...counted, walks: job.walks + 1, waiting, underWay: { waiting: 0 } };
}

// The most that two machines' clocks differ by, generously.
const CLOCK_SKEW: Milliseconds = 10_000;

/**
 * Says which holders the coming walk raises. The first raises every holder. A later one only those that the first cannot have seen:
 * any that it raised has an epoch beyond anything that a clock that differs could have given before.
 */
export function ruleOf({ walks, createdAt, target }: RevocationJob): RaiseRule {
  if (target.documentId !== undefined) return { applies: () => walks === 0 };
  const lowestEpoch = createdAt + CLOCK_SKEW;
  return { applies: ({ epoch }) => walks === 0 || epoch < lowestEpoch, lowestEpoch };
}

// A user's holders come from an index that may not show the newest yet: look again, so long after the start.
const LOOK_AGAIN = [MINUTE, 10 * MINUTE].map(toMilliseconds);

/**
 * Computes when there is more to do: at once within a walk, later for families that wait or holders that the index did not show; else never.
 *
 * @param answers - whether Document Engine does: families that it did not confirm are asked about less and less often; while it
 * does not answer at all, nothing is put off
 * @param now - milliseconds since the Unix epoch
 */
export function nextDue(job: RevocationJob, answers: boolean, now: Milliseconds): Due | undefined {
  const { createdAt, waiting, underWay, target } = job;
  if (underWay.next !== undefined) return { dueAt: now, dueSince: createdAt };
  if (waiting > 0) return { dueAt: answers ? now + pauseAfter(createdAt, now) : now, dueSince: createdAt };
  if (target.documentId !== undefined) return undefined;
  const again = LOOK_AGAIN.map((after) => createdAt + after).find((moment) => moment > now);
  return again === undefined ? undefined : { dueAt: again, dueSince: again };
}
