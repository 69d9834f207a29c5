import type { Item } from '../table/index.ts';
import { afterPage, isOnlyWaiting, ruleOf, type RevocationJob } from './job.ts';
import { findJob, jobFromItem, writeProgress } from './job-store.ts';
import type { RevocationRun } from './revocation-run.ts';
import { walk } from './walk.ts';

/**
 * Takes a job further until it has nothing to do for now, another runner is at it, or the run's time is up.
 *
 * @returns the job as it was left
 */
export async function advanceJob(job: RevocationJob, run: RevocationRun): Promise<RevocationJob> {
  let current = job;
  for await (const page of walk(job.target, ruleOf(job), run, job.underWay.next)) {
    const after = afterPage(current, page);
    if (!(await writeProgress(after, run))) return (await findJob(run.table, job.id)) ?? current;
    current = after;
  }
  return current;
}

/** Takes a job further that is due. */
export async function resumeJob(item: Item, run: RevocationRun): Promise<void> {
  const job = jobFromItem(item);
  // To look at all its holders again would tell nothing new.
  if (isOnlyWaiting(job) && !run.documentEngine.stillAnswers) return;
  await advanceJob(job, run);
}
