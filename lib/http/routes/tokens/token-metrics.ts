import type { Subject } from '../../../identity/index.ts';
import type { Metrics } from '../../../runtime/metrics.ts';
import { loggedLayer, type UserText } from '../../../runtime/user-id-in-logs.ts';
import type { MintRequest } from '../../../tokens/index.ts';
import { problemOf } from '../../problems/problem-of.ts';
import type { Problem } from '../../problems/problem.ts';
import type { Note } from '../route.ts';

/**
 * Counts refused tokens: all of them, and those of each problem. A failure of the service (5xx) is no refusal.
 *
 * @param problems - the problem of each token; may be empty
 */
export function refusalMetrics(problems: readonly Problem[]): Metrics {
  const counts: Record<string, number> = {};
  for (const { slug, status } of problems) {
    if (status >= 500) continue;
    for (const metric of ['TokensRefused', `TokensRefused-${slug}`])
      counts[metric] = (counts[metric] ?? 0) + 1;
  }
  return counts;
}

/** Runs the work of a request for tokens. If all of it is refused, this is counted as one refused token. @throws the work's error */
export async function countingRefusal<Result>(note: Note, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    note({}, refusalMetrics([problemOf(error)]));
    throw error;
  }
}

/** Makes the log field of the layer that a request names. @param prefix - the beginning of every private layer's name */
export function loggedLayerOf(
  { layer }: MintRequest,
  { userId }: Subject,
  prefix: string,
): string | UserText {
  return loggedLayer(typeof layer === 'string' ? layer : prefix + userId, prefix);
}
