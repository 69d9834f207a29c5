/**
 * The reason of a rule.
 *
 * - `documented`: Document Engine documents the rule, or it is a rule of JWTs, which Document Engine is documented to take.
 * - `undocumented`: Document Engine does not document whether it enforces the rule. A token should keep it in any case, so it counts.
 * - `advice`: Document Engine accepts the token anyway, but such a token is hardly ever intended.
 */
export type Basis = 'documented' | 'undocumented' | 'advice';

/** The verdict of one rule on a token, for developers. */
export interface Check {
  readonly rule: string;
  readonly ok: boolean;
  readonly basis: Basis;
  readonly expected: string;
  readonly actual: string;
  /** The remedy, if it is not ok. */
  readonly detail: string;
}

/** A rule and the values that keep it. */
export interface Rule {
  readonly rule: string;
  readonly basis: Basis;
  readonly expected: string;
}

/** The state of a token under a rule. */
export interface Finding {
  readonly actual: string;
  /** The fault and its remedy; absent if the rule is kept. */
  readonly fault?: string | undefined;
  /** A remark for the case that the rule is kept. */
  readonly note?: string;
}

/** Makes the verdict of a rule from its finding. */
export function check(
  { rule, basis, expected }: Rule,
  { actual, fault, note = 'As it should be.' }: Finding,
): Check {
  return { rule, ok: fault === undefined, basis, expected, actual, detail: fault ?? note };
}

/** Tells whether Document Engine would accept a token with these verdicts. */
export function isAccepted(checks: readonly Check[]): boolean {
  return checks.every(({ ok, basis }) => ok || basis === 'advice');
}

const LONGEST = 120;

/** Writes a value of the token for a check: JSON of at most 120 characters; `absent` for undefined. */
export function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const json = JSON.stringify(value);
  return json.length > LONGEST ? `${json.slice(0, LONGEST).toWellFormed()}…` : json;
}
