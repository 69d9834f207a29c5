import type { output } from 'zod/mini';
import type { ProblemDetails } from './problem-details.ts';

/** Every kind of problem that the API answers with, by the last part of its `type`. docs/problems.md describes each for clients. */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'The caller is not authenticated' },
  'not-granted': { status: 403, title: 'No grant allows this' },
  'permissions-not-granted': { status: 403, title: 'A requested permission is not granted' },
  'default-group-not-granted': { status: 403, title: 'The requested default group is not granted' },
  'beyond-own-grants': { status: 403, title: "The grant is beyond the owner's own grants" },
  'groups-not-in-token': { status: 403, title: 'The caller token does not tell the groups of its user' },
  'scope-missing': { status: 403, title: "The caller's token lacks a scope" },
  'caller-not-identified': { status: 403, title: 'The caller token has no user id that can be used' },
  'too-many-groups': { status: 403, title: 'The caller is in too many groups' },
  'route-not-found': { status: 404, title: 'There is no such route' },
  'no-such-grant': { status: 404, title: 'There is no such grant' },
  'no-such-revocation': { status: 404, title: 'There is no such revocation' },
  'method-not-allowed': { status: 405, title: 'The route does not serve this method' },
  'last-owner': { status: 409, title: 'The document would be left without an owner' },
  'precondition-failed': { status: 412, title: 'The grant is not in the expected state' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is not JSON' },
  'token-too-large': { status: 422, title: 'The token would be too large' },
  'too-many-items': { status: 422, title: 'The request would read too much' },
  'too-many-requests': { status: 429, title: 'Too many tokens were requested for this user' },
  'internal-error': { status: 500, title: 'Something failed on our side' },
  'no-signing-key': { status: 503, title: 'There is no signing key yet' },
  'signing-key-unavailable': { status: 503, title: 'The signing key is not available' },
  'store-unavailable': { status: 503, title: 'The store is not available' },
  'revocations-pending': { status: 503, title: 'Revocations wait for Document Engine' },
  'timed-out': { status: 503, title: 'The request took too long' },
} as const;

/** The last part of a problem's `type`, `urn:layermint:problem:<slug>`. */
export type ProblemSlug = keyof typeof PROBLEMS;

/** One fault of a body: its place, as a JSON pointer in URI fragment form (RFC 6901 section 6), and its description. */
export interface InputFault {
  readonly pointer: string;
  readonly detail: string;
}

interface ProblemOptions {
  readonly errors?: readonly InputFault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error answer. The code that detects the error throws it; one place renders it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly slug: ProblemSlug;
  readonly errors: readonly InputFault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail - a sentence for developers of clients: the fault and its remedy */
  constructor(slug: ProblemSlug, detail: string, { errors, headers = {} }: ProblemOptions = {}) {
    super(detail);
    this.slug = slug;
    this.errors = errors;
    this.headers = headers;
  }

  get status(): number {
    return PROBLEMS[this.slug].status;
  }

  /** Renders the problem details object (RFC 9457 section 3). */
  body(requestId: string): output<typeof ProblemDetails> {
    return {
      type: `urn:layermint:problem:${this.slug}`,
      title: PROBLEMS[this.slug].title,
      status: this.status,
      detail: this.message,
      requestId,
      ...(this.errors && { errors: [...this.errors] }),
    };
  }
}

/** The longest pointer, in characters. The caller writes the names of unknown members, and can nest as deep as a body is long. */
const MAX_POINTER = 2048;

/**
 * Writes a JSON pointer in URI fragment form (RFC 6901 sections 3 and 6): `#/a/0` for `["a", 0]`. If it would be longer than 2,048
 * characters, it points to the nearest value around that place.
 */
export function pointerTo(path: readonly PropertyKey[]): string {
  let pointer = '#';
  for (const step of path) {
    const escaped = String(step).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
    const longer = `${pointer}/${encodeURIComponent(escaped)}`;
    if (longer.length > MAX_POINTER) break;
    pointer = longer;
  }
  return pointer;
}
