import type { Mutant } from './mutant.ts';

/** A change that no test can notice, as the service behaves the same with it. */
export interface Equivalent {
  /** The path from the project's root. */
  readonly file: string;
  /** The code that is there: the changed text, or as much around it as makes the place clear. */
  readonly code: string;
  /** The same code after the change. */
  readonly becomes: string;
  /** The reason for which nothing is different. */
  readonly why: string;
}

/** The one place for mutants that `npm run test:mutation` does not count. */
export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'lib/identity/principals.ts',
    code: 'text.length > 0 &&\n    text.length <= MAX_NAME_BYTES',
    becomes: '(text.length > 0)',
    why: 'A text has at least as many bytes as UTF-16 units. The check only spares counting the bytes of a long text.',
  },
  {
    file: 'lib/rotation/pairs.ts',
    code: 'if (!(error instanceof UnusableSigningKeyError || error instanceof NoSigningKeyError)) throw error;',
    becomes: ';',
    why: 'acceptSigningKey throws only these two errors, and the call of Secrets Manager stands before the try.',
  },
  {
    file: 'lib/grants/narrowing.ts',
    code: '(after.expiresAt ?? Infinity) < (before.expiresAt ?? Infinity)',
    becomes: '((after.expiresAt)) < (before.expiresAt ?? Infinity)',
    why: 'Neither undefined nor Infinity is less than any time.',
  },
  {
    file: 'lib/grants/narrowing.ts',
    code: 'narrow?.every((one) => wide.some((other) => covers(other, one))) ?? false',
    becomes: '(narrow?.every((one) => wide.some((other) => covers(other, one))))',
    why: 'Its only reader negates the result, and undefined counts as false.',
  },
  {
    file: 'lib/revocation/mark.ts',
    code: 'item === undefined || markOf(item) !== mark',
    becomes: '(markOf(item) !== mark)',
    why: 'An absent item has no mark. The check tells the compiler that there is an item.',
  },
  {
    file: 'lib/revocation/due.ts',
    code: 'dueOf(item)?.dueSince ?? 0',
    becomes: 'dueOf(item)?.dueSince ?? 1',
    why: 'Every item that the index of due items returns has this attribute.',
  },
];

/** Tells if an explanation is of this very mutant. */
export function explains({ code, becomes }: Equivalent, source: string, mutant: Mutant): boolean {
  for (let at = source.indexOf(code); at !== -1; at = source.indexOf(code, at + 1)) {
    const [before, after] = [mutant.start - at, at + code.length - mutant.end];
    if (before < 0 || after < 0) continue;
    if (code.slice(0, before) + mutant.becomes + code.slice(code.length - after) === becomes) return true;
  }
  return false;
}
