import * as z from 'zod/mini';
import { seconds } from '../../runtime/environment.ts';
import { DAY } from '../../runtime/time.ts';

/** The variable of a function that depends on the longest life of tokens. */
export const ofLongestLife = {
  MAX_TTL_SECONDS: seconds.check(z.lte(DAY, { error: 'must be at most 86400, one day' })),
};
