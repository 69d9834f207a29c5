/** Returns a random number from 0 up to, but not, 1. Passed in, so that tests can fix it. */
export type Random = () => number;

/** Random enough to spread load; not for secrets. */
export const systemRandom: Random = () => Math.random();
