/** The variable with the time at which the clock of a {@link StillStack} begins, in milliseconds since 1970. */
export const STARTS_AT = 'STILL_CLOCK_STARTS_AT';
