/**
 * Why a rule holds.
 *
 * - `documented`: Document Engine documents it, or is documented to take JWTs, and it is a rule of those.
 * - `undocumented`: Document Engine leaves open whether it minds. A token should be right either way, so it counts.
 * - `advice`: Document Engine takes the token all the same, but hardly anybody wants such a token.
 */
export type Basis = 'documented' | 'undocumented' | 'advice';

/** The verdict of one rule on a token, for the developer who reads it. */
export interface Check {
  readonly rule: string;
  readonly ok: boolean;
  readonly basis: Basis;
  readonly expected: string;
  readonly actual: string;
  /** If it is not ok: what to do. */
  readonly detail: string;
}

/** A rule, and what it asks for. */
export interface Rule {
  readonly rule: string;
  readonly basis: Basis;
  readonly expected: string;
}

/** The state that a rule found a token in. */
export interface Finding {
  readonly actual: string;
  /** The fault and what to do; absent if the rule is kept. */
  readonly fault?: string | undefined;
  /** A remark that is worth reading if the rule is kept. */
  readonly note?: string;
}

/** Writes down a finding. */
export function check(
  { rule, basis, expected }: Rule,
  { actual, fault, note = 'As it should be.' }: Finding,
): Check {
  return { rule, ok: fault === undefined, basis, expected, actual, detail: fault ?? note };
}

/** Tells whether Document Engine would accept a token that was found so. */
export function isAccepted(checks: readonly Check[]): boolean {
  return checks.every(({ ok, basis }) => ok || basis === 'advice');
}

const LONGEST = 120;

/** Writes a value of the token as a check shows it: JSON, cut if it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const json = JSON.stringify(value);
  return json.length > LONGEST ? `${json.slice(0, LONGEST).toWellFormed()}…` : json;
}
