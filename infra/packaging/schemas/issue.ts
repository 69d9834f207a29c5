/** The message that an error function gives an issue; nothing leaves it to the next one. */
type Message = string | { readonly message: string } | null | undefined;

/** The function in the option `error`. */
export type ErrorFunction = (issue: RawIssue) => Message;

/** A schema or a check, as far as messages go. */
interface Author {
  readonly error: ErrorFunction | undefined;
}

/** A fault of the input, as an error function sees it. The members are those of zod's raw issue. */
export interface RawIssue {
  readonly code: string;
  readonly input: unknown;
  /** From the schema that is now read; a container puts its own key before it. */
  path?: PropertyKey[];
  readonly message?: string;
  /** True: later checks still run. False: not even a check with `when` runs. Absent: only a check with `when` runs. */
  continue?: boolean;
  /** The schema or the check that found it. */
  readonly inst?: Author;
  /** The schema to which that check belongs. */
  schema?: Author;
  readonly [detail: string]: unknown;
}

/** A fault of the input with its path from the root and its message. */
export interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly [detail: string]: unknown;
}

/** Gives an issue its message: its own, that of its schema or check, that of the check's schema, or zod's without a locale. */
export function finalIssue(raw: RawIssue): Issue {
  const { inst, schema, input: _input, continue: _continue, path = [], ...details } = raw;
  const own = raw.message === '' ? undefined : raw.message;
  const message = own ?? messageOf(raw, inst) ?? messageOf(raw, schema) ?? 'Invalid input';
  return { ...details, path, message };
}

function messageOf(raw: RawIssue, author: Author | undefined): string | undefined {
  const message = author?.error?.(raw);
  return typeof message === 'string' ? message : message?.message;
}

/** Moves the issues of a member or an element to its container. */
export function moveIssues(from: readonly RawIssue[], to: RawIssue[], key: PropertyKey): void {
  for (const issue of from) {
    issue.path = issue.path ? [key, ...issue.path] : [key];
    to.push(issue);
  }
}
