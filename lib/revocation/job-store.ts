import { secondsOf } from '../runtime/clock.ts';
import type { Milliseconds, Seconds } from '../runtime/time.ts';
import {
  CHANGED,
  DUE_ATTRIBUTES,
  dueFrom,
  dueOf,
  formerJobAttributes,
  jobAttributes,
  jobItem,
  holderKey,
  jobKey,
  NOTHING_THERE,
  TTL_NAME,
  untilUnchanged,
  type Due,
  type Expression,
  type Item,
  type Table,
  unreadableItem,
} from '../table/index.ts';
import {
  jobIdOf,
  keptUntil,
  newJob,
  nextDue,
  withNothingFound,
  withRequest,
  type RevocationJob,
} from './job.ts';
import type { RevocationDependencies, RevocationRun } from './revocation-run.ts';
import type { Target } from './walk.ts';

/** Reads a job from its item. @throws UnreadableItemError if the item is not one */
export function jobFromItem(item: Item): RevocationJob {
  const job = jobAttributes(item);
  if (job === undefined) throw unreadableItem('job', item);
  return job;
}

/**
 * Reads a job; undefined if there is none with this id, or none any more. A job of version 0.1.0 does not count: the sweeper
 * replaces it by the job of its target, which has another id.
 *
 * @throws UnreadableItemError
 */
export async function findJob(table: Table, id: string): Promise<RevocationJob | undefined> {
  const [item] = await table.batchGet([jobKey(id)]);
  return item && formerJobAttributes(item) === undefined ? jobFromItem(item) : undefined;
}

const ATTEMPTS = 5;

/**
 * Records a request in the job of its target, which is due from then on. When this returns, all tokens that are held at this
 * moment will be revoked even if this process fails.
 *
 * Nothing is written if there is nothing to revoke: anybody can ask about themselves, for any document id. A token is signed
 * only after its holder item is written, and the item outlives it by a day.
 *
 * @param by - the caller's user id
 * @returns the job with this request, which the current round or the next one covers. It is confirmed if nothing was written
 */
export async function startJob(
  target: Target,
  by: string,
  reason: string | undefined,
  { table, clock }: Pick<RevocationDependencies, 'table' | 'clock'>,
): Promise<RevocationJob> {
  let firstSeen: Milliseconds | undefined;
  return untilUnchanged(
    'ask for a revocation',
    async (attempt) => {
      const { item, isHeldByNobody } = await findWithHolder(table, target);
      const found = item && jobAttributes(item);
      const now = clock.now();
      firstSeen ??= found?.askedAt ?? 0;
      if (item === undefined || found === undefined) {
        const job = newJob(target, by, reason, now);
        if (isHeldByNobody && item === undefined) return withNothingFound(job);
        // A job that cannot be read is replaced: it must not prevent a revocation.
        return (await writeNew(job, table, item ? undefined : NOTHING_THERE)) ? job : CHANGED;
      }
      const job = withRequest(found, by, reason, Math.max(now, found.askedAt + 1));
      if (await writeRequest(job, found.askedAt, dueAtOnce(item, now), table)) return job;
      // Somebody asked between every read and write. Their round begins after this request came, so it covers this one too.
      // Without this rule, a caller with constant requests could keep another from revoking.
      const isCovered = found.askedAt > firstSeen && attempt === ATTEMPTS - 1;
      return isCovered ? withRequest(found, by, reason, found.askedAt) : CHANGED;
    },
    ATTEMPTS,
  );
}

/** Reads a target's job. If the target is a user for a document, also tells whether that holder item is absent. */
async function findWithHolder(
  table: Table,
  target: Target,
): Promise<{ readonly item: Item | undefined; readonly isHeldByNobody: boolean }> {
  const { userId, documentId } = target;
  const job = jobKey(jobIdOf(target));
  const holders = userId !== undefined && documentId !== undefined ? [holderKey(documentId, userId)] : [];
  const items = await table.batchGet([job, ...holders]);
  const item = items.find(({ pk }) => pk === job.pk);
  return { item, isHeldByNobody: holders.length > 0 && items.every((found) => found === item) };
}

function writeNew(job: RevocationJob, table: Table, condition?: Expression): Promise<boolean> {
  const { id, ...attributes } = job;
  return table.put(jobItem(id, attributes, dueFrom(jobKey(id), job.askedAt)), condition);
}

/** Makes the moments of a job that is due now. If it was due earlier, it keeps its place in the order. */
function dueAtOnce(item: Item, now: Milliseconds): Due {
  const { dueSince = now, waitingSince = now } = dueOf(item) ?? {};
  return { dueSince: Math.min(dueSince, now), waitingSince: Math.min(waitingSince, now) };
}

/** Writes a request. A runner's progress is left alone, so that it does not have to repeat a page. */
function writeRequest(
  { id, requests, askedAt }: RevocationJob,
  before: Milliseconds,
  { dueSince, waitingSince }: Due,
  table: Table,
): Promise<boolean> {
  const key = jobKey(id);
  return table.update(
    key,
    {
      text: 'SET requests = :requests, askedAt = :askedAt, dueShard = :shard, dueSince = :dueSince, waitingSince = :waitingSince REMOVE #ttl',
      values: {
        ':requests': requests,
        ':askedAt': askedAt,
        ':shard': dueFrom(key, dueSince).dueShard,
        ':dueSince': dueSince,
        ':waitingSince': waitingSince,
      },
      names: TTL_NAME,
    },
    { text: 'askedAt = :before', values: { ':before': before } },
  );
}

/**
 * Writes a job's progress, and the time of its next turn.
 *
 * @param after - the job after a page, with the requests as they were read
 * @returns the job as it is in the table; undefined if another runner has written since
 */
export async function writeProgress(
  after: RevocationJob,
  run: RevocationRun,
): Promise<RevocationJob | undefined> {
  if (await putProgress(after, run)) return after;
  const found = await findJob(run.table, after.id);
  if (found?.version !== after.version - 1) return undefined;
  // Only a request has come in between. It makes the job due at once, and no later request can prevent the write then.
  const asked = { ...after, requests: found.requests, askedAt: found.askedAt };
  return (await putProgress(asked, run)) ? asked : undefined;
}

function putProgress(job: RevocationJob, run: RevocationRun): Promise<boolean> {
  const now = run.clock.now();
  const due = nextDue(job, run.documentEngine.stillAnswers, now);
  const rests = due === undefined || due.dueSince > now;
  return run.table.update(
    jobKey(job.id),
    due ? progress(job, due) : progressToTheEnd(job, secondsOf(run.clock)),
    {
      // A request that came in must not have to wait, or be forgotten.
      text: rests ? 'version = :before AND askedAt = :askedAt' : 'version = :before',
      values: { ':before': job.version - 1, ...(rests && { ':askedAt': job.askedAt }) },
    },
  );
}

const PROGRESS =
  'SET covers = :covers, confirmedUntil = :confirmedUntil, foundFor = :foundFor, holders = :holders, walks = :walks, waiting = :waiting, underWay = :underWay, version = :version';

function valuesOf(job: RevocationJob): Record<string, unknown> {
  return {
    ':covers': job.covers,
    ':confirmedUntil': job.confirmedUntil,
    ':foundFor': job.foundFor,
    ':holders': job.holders,
    ':walks': job.walks,
    ':waiting': job.waiting,
    ':underWay': job.underWay,
    ':version': job.version,
  };
}

function progress(job: RevocationJob, { dueSince, waitingSince }: Due): Expression {
  return {
    text: `${PROGRESS}, dueSince = :dueSince, waitingSince = :waitingSince`,
    values: { ...valuesOf(job), ':dueSince': dueSince, ':waitingSince': waitingSince },
  };
}

function progressToTheEnd(job: RevocationJob, at: Seconds): Expression {
  return {
    text: `${PROGRESS}, #ttl = :ttl REMOVE ${DUE_ATTRIBUTES}`,
    values: { ...valuesOf(job), ':ttl': keptUntil(job, at) },
    names: TTL_NAME,
  };
}
