import { Problem } from '../../../lib/http/problems/problem.ts';

/** Returns the problem that a function throws. */
export function problemFrom(run: () => unknown): Problem {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new TypeError('nothing was thrown');
}
