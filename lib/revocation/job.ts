import { randomBytes } from 'node:crypto';
import { MINUTE, toMilliseconds, type Milliseconds } from '../runtime/time.ts';
import type { Due, StartKey } from '../table/index.ts';
import { pauseAfter } from './due.ts';
import type { RaiseRule } from './families.ts';
import type { PageOutcome, Target } from './walk.ts';

/**
 * The revocation of all live tokens of a target. It walks over the target's holders page by page. Its progress is
 * written after every page, so that any runner can continue from there.
 */
export interface RevocationJob {
  readonly id: string;
  readonly target: Target;
  /** The caller's user id. */
  readonly requestedBy: string;
  readonly reason?: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: Milliseconds;
  /** The number of holders that it has raised. */
  readonly holders: number;
  /** The number of complete walks over the holders. */
  readonly walks: number;
  /** The number of unconfirmed families and of unreadable holder items after the last complete walk. */
  readonly waiting: number;
  /** The same number for the current walk so far, and the position of its next page. */
  readonly underWay: { readonly waiting: number; readonly next?: StartKey };
  /** The number of writes of the item. If two runners work on the job, the slower one notices it by this and stops. */
  readonly version: number;
}

const ID_BYTES = 16;

/** Makes a new job. @param now - milliseconds since the Unix epoch */
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

/** Tells whether every holder is raised and only Document Engine's confirmation is missing. */
export function isOnlyWaiting({ walks, waiting, underWay }: RevocationJob): boolean {
  return walks > 0 && waiting > 0 && underWay.next === undefined;
}

/** Tells whether Document Engine has confirmed every family that the job ended. */
export function isConfirmed({ walks, waiting }: RevocationJob): boolean {
  return walks > 0 && waiting === 0;
}

/** Adds the outcome of a page to a job. */
export function afterPage(job: RevocationJob, page: PageOutcome): RevocationJob {
  const waiting = job.underWay.waiting + page.waiting + page.unreadable;
  const counted = { ...job, holders: job.holders + page.raised, version: job.version + 1 };
  return page.next
    ? { ...counted, underWay: { waiting, next: page.next } }
    : { ...counted, walks: job.walks + 1, waiting, underWay: { waiting: 0 } };
}

// A generous limit for the difference between two machines' clocks.
const CLOCK_SKEW: Milliseconds = 10_000;

/**
 * Makes the rule for the next walk. The first walk raises every holder. A later walk raises only holders that the first
 * one did not see, or passed over. It knows them by their epoch: the first walk sets epochs to at least `createdAt` plus
 * the clock skew, and no mint before the job can have set one so late.
 */
export function ruleOf({ walks, createdAt }: RevocationJob): RaiseRule {
  const lowestEpoch = createdAt + CLOCK_SKEW;
  return { applies: ({ epoch }) => walks === 0 || epoch < lowestEpoch, lowestEpoch };
}

// A user's holders come from an index that may not show the newest yet. So walk again this long after the start.
const LOOK_AGAIN = [MINUTE, 10 * MINUTE].map(toMilliseconds);

/**
 * Computes a job's next turn: at once within a walk, later for unconfirmed families or to look at a lagging index
 * again; undefined if the job is finished.
 *
 * @param answers - true if Document Engine answers. Unconfirmed families are then delivered again after longer and
 * longer pauses. During an outage nothing is postponed.
 * @param now - milliseconds since the Unix epoch
 */
export function nextDue(job: RevocationJob, answers: boolean, now: Milliseconds): Due | undefined {
  const { createdAt, waiting, underWay, target } = job;
  if (underWay.next !== undefined) return { dueSince: now, waitingSince: createdAt };
  if (waiting > 0) {
    return { dueSince: answers ? now + pauseAfter(createdAt, now) : now, waitingSince: createdAt };
  }
  if (target.documentId !== undefined) return undefined;
  const again = LOOK_AGAIN.map((after) => createdAt + after).find((moment) => moment > now);
  return again === undefined ? undefined : { dueSince: again, waitingSince: again };
}
