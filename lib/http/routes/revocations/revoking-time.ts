import type { Milliseconds } from '../../../runtime/time.ts';

/**
 * The time that a request spends on a revocation; the sweeper does the rest. If Document Engine does not answer, one page can take a
 * quarter of a minute longer.
 */
export const REVOKING_TIME: Milliseconds = 5_000;
