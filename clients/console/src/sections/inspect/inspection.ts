import { boolean, list, object, oneOf, optional, record, string } from '../../reading.ts';

const readCheck = object({
  rule: string,
  ok: boolean,
  basis: oneOf('documented', 'undocumented', 'advice'),
  expected: string,
  actual: string,
  detail: string,
});

/** A rule of Document Engine, and if the token keeps it. */
export type Check = ReturnType<typeof readCheck>;

/** Reads the answer of `POST /v1/tokens/inspect`. */
export const readInspection = object({
  accepted: boolean,
  checks: list(readCheck),
  header: optional(record),
  claims: optional(record),
});

/** An inspected token. */
export type Inspection = ReturnType<typeof readInspection>;

/** Sorts the checks: those that failed, then advice, then those that hold. The service's order stays within each. */
export function failedFirst(checks: readonly Check[]): readonly Check[] {
  const rank = ({ ok, basis }: Check): number => (ok ? 2 : basis === 'advice' ? 1 : 0);
  return checks.toSorted((one, other) => rank(one) - rank(other));
}

/** The longest text that the page sends, in characters. The service reads 16 KB at most, with the other fields. */
export const LONGEST = 15_000;
