/** The name of the alias through which the API of a gradual stage invokes a function. */
export const LIVE_ALIAS = 'live';
