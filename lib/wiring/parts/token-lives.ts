import * as z from 'zod/mini';
import { rule, seconds } from '../../runtime/environment.ts';
import { DAY } from '../../runtime/time.ts';

/** The variable of a function that depends on the longest life of tokens. */
export const ofLongestLife = {
  MAX_TTL_SECONDS: seconds.check(z.lte(DAY, { error: 'must be at most 86400, one day' })),
};

/** The variables of a function that reads mint requests. */
export const ofTokenLives = { ...ofLongestLife, DEFAULT_TTL_SECONDS: seconds };

const Lives = z.object({ MAX_TTL_SECONDS: z.number(), DEFAULT_TTL_SECONDS: z.number() });

/** Refuses a default life that is above the longest. */
export const defaultWithinLongest = rule('DEFAULT_TTL_SECONDS', Lives, (it) =>
  it.DEFAULT_TTL_SECONDS > it.MAX_TTL_SECONDS
    ? 'must not be above the longest life that the stage allows (maxTtlSeconds)'
    : undefined,
);
