/** The outcome of one check of a stage. It never holds a token, a key or another secret. */
export interface Finding {
  /** A statement that is true if the outcome is `ok`. */
  readonly check: string;
  /** `failed` keeps callers from getting or using tokens; `warning` may do so later, or for some callers. */
  readonly outcome: 'ok' | 'warning' | 'failed' | 'not checked';
  /** The observation, or the reason for a check that was not made. A clause without a full stop. */
  readonly detail?: string;
  /** One or more sentences that say how to correct it. */
  readonly cure?: string;
}

/** Makes the finding of a check that passed. */
export const ok = (check: string, detail?: string): Finding => ({
  check,
  outcome: 'ok',
  ...(detail !== undefined && { detail }),
});

/** Makes the finding of a check that passed, but found a risk. */
export const warning = (check: string, detail: string, cure: string): Finding => ({
  check,
  outcome: 'warning',
  detail,
  cure,
});

/** Makes the finding of a check that did not pass. */
export const failed = (check: string, detail: string, cure: string): Finding => ({
  check,
  outcome: 'failed',
  detail,
  cure,
});

/** Makes the finding of a check that could not be made. */
export const notChecked = (check: string, detail: string, cure?: string): Finding => ({
  check,
  outcome: 'not checked',
  detail,
  ...(cure !== undefined && { cure }),
});
