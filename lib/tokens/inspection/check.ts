/**
 * Why a rule holds.
 *
 * - `documented`: Document Engine documents it, or is documented to take JWTs, and it is a rule of those.
 * - `undocumented`: Document Engine leaves open whether it minds. A token should be right either way, so it counts.
 * - `advice`: Document Engine takes the token all the same, but hardly anybody wants such a token.
 */
export type Basis = 'documented' | 'undocumented' | 'advice';

/** What one rule says of a token, for the developer who reads it. */
export interface Check {
  readonly rule: string;
  readonly ok: boolean;
  readonly basis: Basis;
  readonly expected: string;
  readonly actual: string;
  /** Where it is not ok: what to do. */
  readonly detail: string;
}

/** A rule, and what it asks for. */
export interface Rule {
  readonly rule: string;
  readonly basis: Basis;
  readonly expected: string;
}

/** What a token was found to be by a rule. */
export interface Finding {
  readonly actual: string;
  /** What is wrong and what to do; absent where the rule is kept. */
  readonly fault?: string | undefined;
  /** What is worth knowing where the rule is kept. */
  readonly note?: string;
}

/** Writes down a finding. */
export function check(
  { rule, basis, expected }: Rule,
  { actual, fault, note = 'As it should be.' }: Finding,
): Check {
  return { rule, ok: fault === undefined, basis, expected, actual, detail: fault ?? note };
}

/** Whether Document Engine would accept a token that was found so. */
export function isAccepted(checks: readonly Check[]): boolean {
  return checks.every(({ ok, basis }) => ok || basis === 'advice');
}

const LONGEST = 120;

/** A value of the token, as a check shows it: JSON, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const json = JSON.stringify(value);
  return json.length > LONGEST ? `${json.slice(0, LONGEST).toWellFormed()}…` : json;
}
