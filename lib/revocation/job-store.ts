import { secondsOf } from '../runtime/clock.ts';
import { UnreadableItemError } from '../runtime/errors.ts';
import { DAY, type Seconds } from '../runtime/time.ts';
import {
  DUE_ATTRIBUTES,
  dueFrom,
  jobAttributes,
  jobItem,
  jobKey,
  TTL_NAME,
  type Due,
  type Expression,
  type Item,
  type Table,
} from '../table/index.ts';
import { newJob, nextDue, type RevocationJob } from './job.ts';
import type { RevocationDependencies, RevocationRun } from './revocation-run.ts';
import type { Target } from './walk.ts';

/** Reads a job from its item. @throws UnreadableItemError if the item is not one */
export function jobFromItem(item: Item): RevocationJob {
  const job = jobAttributes(item);
  if (job === undefined) throw new UnreadableItemError('job', item);
  return job;
}

/** Reads a job; undefined if there is none with this id, or none any more. */
export async function findJob(table: Table, id: string): Promise<RevocationJob | undefined> {
  const [item] = await table.batchGet([jobKey(id)]);
  return item && jobFromItem(item);
}

/** Writes a new job that is due at once. When this returns, the target will be revoked even if this process fails. */
export async function startJob(
  target: Target,
  requestedBy: string,
  reason: string | undefined,
  { table, clock }: RevocationDependencies,
): Promise<RevocationJob> {
  const job = newJob(target, requestedBy, reason, clock.now());
  const { id, ...attributes } = job;
  await table.put(jobItem(id, attributes, dueFrom(jobKey(id), job.createdAt)));
  return job;
}

/** Writes a job's progress, and the time of its next turn. @returns false if another runner has written since */
export function writeProgress(job: RevocationJob, run: RevocationRun): Promise<boolean> {
  const due = nextDue(job, run.documentEngine.stillAnswers, run.clock.now());
  return run.table.update(
    jobKey(job.id),
    due ? progress(job, due) : progressToTheEnd(job, secondsOf(run.clock)),
    { text: 'version = :before', values: { ':before': job.version - 1 } },
  );
}

const PROGRESS =
  'SET holders = :holders, walks = :walks, waiting = :waiting, underWay = :underWay, version = :version';

function valuesOf({ holders, walks, waiting, underWay, version }: RevocationJob): Record<string, unknown> {
  return {
    ':holders': holders,
    ':walks': walks,
    ':waiting': waiting,
    ':underWay': underWay,
    ':version': version,
  };
}

function progress(job: RevocationJob, { dueSince, waitingSince }: Due): Expression {
  return {
    text: `${PROGRESS}, dueSince = :dueSince, waitingSince = :waitingSince`,
    values: { ...valuesOf(job), ':dueSince': dueSince, ':waitingSince': waitingSince },
  };
}

/** The time for which a finished job can still be read. */
const KEPT_FOR: Seconds = 7 * DAY;

function progressToTheEnd(job: RevocationJob, at: Seconds): Expression {
  return {
    text: `${PROGRESS}, #ttl = :ttl REMOVE ${DUE_ATTRIBUTES}`,
    values: { ...valuesOf(job), ':ttl': at + KEPT_FOR },
    names: TTL_NAME,
  };
}
