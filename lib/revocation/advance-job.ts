import { formerJobAttributes, type Item } from '../table/index.ts';
import { afterPage, inRound, isOnlyWaiting, ruleOf, type RevocationJob } from './job.ts';
import { findJob, jobFromItem, startJob, writeProgress } from './job-store.ts';
import type { RevocationRun } from './revocation-run.ts';
import { walk } from './walk.ts';

/**
 * Works on a job until nothing is left to do for now, until another runner has written its progress, or until the run's
 * deadline. A request that comes after the call is left to the next turn.
 *
 * @returns the job as it was left
 */
export async function advanceJob(job: RevocationJob, run: RevocationRun): Promise<RevocationJob> {
  let current = job;
  do {
    current = inRound(current);
    for await (const page of walk(current.target, ruleOf(current), run, current.underWay.next)) {
      const left = await writeProgress(afterPage(current, page), run);
      if (left === undefined) return (await findJob(run.table, job.id)) ?? current;
      current = left;
    }
    // At the deadline, a walk can end before its last page.
  } while (current.covers < job.askedAt && !run.deadline.isOver());
  return current;
}

/** Works on the due job of an item. @throws UnreadableItemError if the item is not a job */
export async function resumeJob(item: Item, run: RevocationRun): Promise<void> {
  const former = formerJobAttributes(item);
  if (former !== undefined) {
    // Its target is revoked anew under the target's own id. That may be more than is left to do, but never less.
    await startJob(former.target, former.requestedBy, former.reason, run);
    await run.table.delete(item);
    return;
  }
  const job = jobFromItem(item);
  // Every holder is raised. Document Engine does not answer, so another walk would confirm nothing.
  if (isOnlyWaiting(job) && !run.documentEngine.stillAnswers) return;
  await advanceJob(job, run);
}
