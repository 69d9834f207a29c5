/**
 * Tells whether a claim can be the one that API Gateway's JWT authorizer rendered. API Gateway does not document its renderings, so
 * each value is compared by its type, and a form that no other value of that type can have counts as equal.
 *
 * @param claim - a claim of the bearer token; undefined if it has none of that name
 * @param rendered - the same claim in the authorizer's context
 */
export function isRenderingOf(claim: unknown, rendered: unknown): boolean {
  if (claim === rendered) return true;
  if (Array.isArray(rendered)) return Array.isArray(claim) && isSameList(claim, rendered);
  if (claim === null) return NULLS.includes(rendered);
  const text = textOf(rendered);
  if (text === undefined) return false;
  if (typeof claim === 'string') return isSameText(claim, text);
  if (typeof claim === 'number') return isSameNumber(claim, text);
  if (typeof claim === 'boolean') return String(claim) === text;
  if (Array.isArray(claim)) return isListIn(claim, text);
  return claim !== undefined && isObjectIn(text);
}

/** Lambda's type of the event allows numbers and truth values beside text. */
function textOf(rendered: unknown): string | undefined {
  if (typeof rendered === 'string') return rendered;
  return typeof rendered === 'number' || typeof rendered === 'boolean' ? String(rendered) : undefined;
}

/**
 * Compares an audience. One audience and a list of it alone mean the same (RFC 7519 section 4.1.3), and JWT libraries convert one to
 * the other.
 */
export function isRenderingOfAudience(claim: unknown, rendered: unknown): boolean {
  if (isRenderingOf(claim, rendered)) return true;
  const [only, ...more] = [claim].flat();
  return more.length === 0 && (isRenderingOf(only, rendered) || isRenderingOf([only], rendered));
}

const NULLS: readonly unknown[] = [null, undefined, 'null', '<nil>', ''];

/**
 * Compares text. Only ill-formed text may differ: API Gateway cannot write half a surrogate pair in UTF-8, and does not document the
 * replacement. No user id has such a half.
 */
function isSameText(claim: string, rendered: string): boolean {
  if (claim === rendered) return true;
  return !claim.isWellFormed() && withoutHalves(claim) === withoutHalves(rendered);
}

/** Replaces each run of surrogate halves, and of the characters that encoders write for them, by one character. */
function withoutHalves(text: string): string {
  return text.toWellFormed().replace(/[?\uFFFD]+/g, '?');
}

/** Compares a number with its decimal or exponent form. The time of an issuer can have a fraction, which a whole number leaves out. */
function isSameNumber(claim: number, rendered: string): boolean {
  if (!/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(rendered)) return false;
  const value = Number(rendered);
  return value === claim || (Number.isInteger(value) && value === Math.trunc(claim));
}

function isSameList(claim: readonly unknown[], rendered: readonly unknown[]): boolean {
  return (
    claim.length === rendered.length &&
    claim.every((element, index) => isRenderingOf(element, rendered[index]))
  );
}

/** Compares a list with its renderings: JSON, or its elements between brackets. Only a list of strings can name an audience. */
function isListIn(claim: readonly unknown[], rendered: string): boolean {
  // Lists in a list, objects and null are rendered in forms that cannot be compared.
  if (claim.some((element) => typeof element === 'object')) return /^\[.*\]$/s.test(rendered);
  const joined = [' ', ', ', ','].map((separator) => `[${claim.map(String).join(separator)}]`);
  return [JSON.stringify(claim), ...joined].some((form) => isSameText(form, rendered));
}

/** An object is rendered in forms that cannot be compared. Nothing is taken from one among the claims that are compared. */
function isObjectIn(rendered: string): boolean {
  return /^(?:map\[|\{).*[\]}]$/s.test(rendered);
}
