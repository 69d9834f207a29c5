import type { Milliseconds } from '../../../runtime/time.ts';

/**
 * The time that a request spends on a revocation; the sweeper does what is left. One page with a Document Engine that
 * does not answer can take a quarter of a minute beyond that.
 */
export const REVOKING_TIME: Milliseconds = 5_000;
