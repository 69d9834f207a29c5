import type { Item } from '../table/index.ts';
import { afterPage, isOnlyWaiting, ruleOf, type RevocationJob } from './job.ts';
import { findJob, jobFromItem, writeProgress } from './job-store.ts';
import type { RevocationRun } from './revocation-run.ts';
import { walk } from './walk.ts';

/**
 * Works on a job until nothing is left to do for now, until another runner has written its progress, or until the run's
 * deadline.
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

/** Works on the due job of an item. @throws UnreadableItemError if the item is not a job */
export async function resumeJob(item: Item, run: RevocationRun): Promise<void> {
  const job = jobFromItem(item);
  // Every holder is raised. Document Engine does not answer, so another walk would confirm nothing.
  if (isOnlyWaiting(job) && !run.documentEngine.stillAnswers) return;
  await advanceJob(job, run);
}
