import { hash } from 'node:crypto';
import {
  DAY,
  HOUR,
  MINUTE,
  toMilliseconds,
  toSeconds,
  type Milliseconds,
  type Seconds,
} from '../runtime/time.ts';
import type { Due, JobRequest, JobRequests, StartKey } from '../table/index.ts';
import { pauseAfter } from './due.ts';
import type { RaiseRule } from './families.ts';
import { hasSigned } from './holders.ts';
import type { PageOutcome, Target } from './walk.ts';

export type { JobRequest } from '../table/index.ts';

/**
 * The revocation of all live tokens of a target. There is one for each target, and every request for it is recorded here.
 *
 * It works in rounds. A round covers all requests that were recorded before it began. It walks over the target's holders page
 * by page, and its progress is written after every page, so that any runner can continue from there. A request that comes
 * during the first walk of a round is covered by the next round. So repeated requests never bring a walk back to its first
 * page.
 */
export interface RevocationJob {
  readonly id: string;
  readonly target: Target;
  /** The latest requests. */
  readonly requests: JobRequests;
  /** The moment of the latest request, since the Unix epoch. It is later than that of every earlier request. */
  readonly askedAt: Milliseconds;
  /** The moment of the latest request that the current round covers. */
  readonly covers: Milliseconds;
  /** The moment of the latest request that an earlier round has confirmed; 0 if there is none. */
  readonly confirmedUntil: Milliseconds;
  /** The moment of the latest covered request for which a holder was found; 0 if there was none. */
  readonly foundFor: Milliseconds;
  /** The number of holders that the current round has raised. */
  readonly holders: number;
  /** The number of complete walks of the current round. */
  readonly walks: number;
  /** The number of unconfirmed families and of unreadable holder items after the round's last complete walk. */
  readonly waiting: number;
  /** The same number for the current walk so far, and the position of its next page. */
  readonly underWay: { readonly waiting: number; readonly next?: StartKey };
  /**
   * Grows with every write of progress, from the clock's milliseconds at the beginning. If two runners work on the job, the
   * slower one notices it by this and stops. Requests do not change it: they must not disturb a runner.
   */
  readonly version: number;
}

const ID_BYTES = 16;

/**
 * Makes the id of a target's job: SHA-256 of a JSON array (which no choice of ids can make ambiguous), cut to 128 bits, in
 * base64url.
 */
export function jobIdOf({ userId, documentId }: Target): string {
  return hash('sha256', JSON.stringify([userId ?? null, documentId ?? null]), 'buffer')
    .subarray(0, ID_BYTES)
    .toString('base64url');
}

/**
 * Makes the job of a target's first request.
 *
 * @param by - the caller's user id
 * @param now - milliseconds since the Unix epoch
 */
export function newJob(
  target: Target,
  by: string,
  reason: string | undefined,
  now: Milliseconds,
): RevocationJob {
  return {
    id: jobIdOf(target),
    target,
    requests: requestsWith({}, target, requestOf(by, reason, now)),
    askedAt: now,
    covers: now,
    confirmedUntil: 0,
    foundFor: 0,
    holders: 0,
    walks: 0,
    waiting: 0,
    underWay: { waiting: 0 },
    version: now,
  };
}

/**
 * Adds a request to a job.
 *
 * @param by - the caller's user id
 * @param at - the moment of the request, since the Unix epoch; at least the job's `askedAt`
 */
export function withRequest(
  job: RevocationJob,
  by: string,
  reason: string | undefined,
  at: Milliseconds,
): RevocationJob {
  return { ...job, requests: requestsWith(job.requests, job.target, requestOf(by, reason, at)), askedAt: at };
}

/** Makes the job of a request that found nothing to revoke: it is confirmed. */
export function withNothingFound(job: RevocationJob): RevocationJob {
  return { ...job, walks: 1 };
}

function requestOf(by: string, reason: string | undefined, at: Milliseconds): JobRequest {
  return { by, at, ...(reason !== undefined && { reason }) };
}

/** Keeps the request of the tokens' user apart, so that it cannot replace the reason that somebody else gave. */
function requestsWith(requests: JobRequests, { userId }: Target, request: JobRequest): JobRequests {
  return request.by === userId ? { ...requests, own: request } : { ...requests, other: request };
}

/** Returns a caller's latest request; undefined if there is none any more. */
export function requestBy({ requests, target }: RevocationJob, caller: string): JobRequest | undefined {
  const request = caller === target.userId ? requests.own : requests.other;
  return request?.by === caller ? request : undefined;
}

/** Tells whether a request has come that the current round does not cover. */
function isAskedAgain({ askedAt, covers }: RevocationJob): boolean {
  return askedAt > covers;
}

/**
 * Begins a new round if a request waits for one and the first walk of the current round is not under way. A later walk is cut
 * short: the new round looks at all of its holders.
 */
export function inRound(job: RevocationJob): RevocationJob {
  const firstWalkIsUnderWay = job.walks === 0 && job.underWay.next !== undefined;
  if (!isAskedAgain(job) || firstWalkIsUnderWay) return job;
  return {
    ...job,
    covers: job.askedAt,
    confirmedUntil: isConfirmed(job, job.covers) ? job.covers : job.confirmedUntil,
    holders: 0,
    walks: 0,
    waiting: 0,
    underWay: { waiting: 0 },
  };
}

/** Tells whether every holder is raised and only Document Engine's confirmation is missing. */
export function isOnlyWaiting(job: RevocationJob): boolean {
  const { walks, waiting, underWay } = job;
  return walks > 0 && waiting > 0 && underWay.next === undefined && !isAskedAgain(job);
}

/**
 * Tells whether Document Engine has confirmed every family that a request ended.
 *
 * @param at - the moment of the request; the latest unless given
 */
export function isConfirmed(job: RevocationJob, at: Milliseconds = job.askedAt): boolean {
  const { covers, confirmedUntil, walks, waiting } = job;
  return at <= confirmedUntil || (at <= covers && walks > 0 && waiting === 0);
}

/** Adds the outcome of a page to a job. */
export function afterPage(job: RevocationJob, page: PageOutcome): RevocationJob {
  const waiting = job.underWay.waiting + page.waiting + page.unreadable;
  const counted = {
    ...job,
    foundFor: page.raised > 0 ? job.covers : job.foundFor,
    holders: job.holders + page.raised,
    version: job.version + 1,
  };
  return page.next
    ? { ...counted, underWay: { waiting, next: page.next } }
    : { ...counted, walks: job.walks + 1, waiting, underWay: { waiting: 0 } };
}

/** A generous limit for the difference between two machines' clocks. */
export const CLOCK_SKEW: Milliseconds = 10_000;

/**
 * Makes the rule for the current walk of a round.
 *
 * The first walk raises every holder that may have signed a token. A later walk raises only holders that the first one did
 * not see, because the index of a user's holders may lag, or passed over, because their items could not be read or written. It
 * knows them by their epoch: the first walk sets epochs to at least `covers` plus the clock skew, and no mint before the
 * request can have set one so late.
 */
export function ruleOf({ walks, covers, target }: RevocationJob): RaiseRule {
  const isFirst = walks === 0;
  const lowestEpoch = covers + CLOCK_SKEW;
  if (target.documentId !== undefined) {
    return { applies: (holder) => (isFirst || holder.epoch < lowestEpoch) && hasSigned(holder), lowestEpoch };
  }
  return {
    applies: (holder) => holder.epoch < lowestEpoch || (isFirst && hasSigned(holder)),
    lowestEpoch,
  };
}

// A user's holders come from an index that may not show the newest yet. So walk again this long after the request.
const LOOK_AGAIN = [MINUTE, 10 * MINUTE].map(toMilliseconds);

// Anybody can ask about themselves. If no holder was found, one later look is enough for an index that lags by seconds.
const LOOK_AGAIN_FOR_NOBODY = LOOK_AGAIN.slice(0, 1);

/**
 * Computes a job's next turn: at once within a walk or if a request waits, later for unconfirmed families or to look at a
 * lagging index again; undefined if the job is finished.
 *
 * @param answers - true if Document Engine answers. Unconfirmed families are then delivered again after longer and
 * longer pauses. During an outage nothing is postponed.
 * @param now - milliseconds since the Unix epoch
 */
export function nextDue(job: RevocationJob, answers: boolean, now: Milliseconds): Due | undefined {
  const { covers, foundFor, walks, waiting, underWay, target } = job;
  if (underWay.next !== undefined || isAskedAgain(job)) return { dueSince: now, waitingSince: covers };
  if (waiting > 0) {
    return { dueSince: answers ? now + pauseAfter(covers, now) : now, waitingSince: covers };
  }
  if (target.documentId !== undefined) return undefined;
  const looks = foundFor === covers ? LOOK_AGAIN : LOOK_AGAIN_FOR_NOBODY;
  const look = looks.map((after) => covers + after).find((moment) => moment > now);
  // The first walk may have read its first pages long ago, right after the request, if an outage came in between.
  const again = look ?? (walks < 2 ? now : undefined);
  return again === undefined ? undefined : { dueSince: again, waitingSince: again };
}

// The time for which a finished job can be read, after the latest request for which a holder was found.
const KEPT: Seconds = 7 * DAY;

// Anybody can ask about themselves, for each document. So a job that finds nothing goes soon.
const KEPT_AT_LEAST: Seconds = HOUR;

/** Computes until when a finished job can be read. @param at - the present time. Both are Unix seconds. */
export function keptUntil({ foundFor }: RevocationJob, at: Seconds): Seconds {
  return Math.max(toSeconds(foundFor) + KEPT, at + KEPT_AT_LEAST);
}
