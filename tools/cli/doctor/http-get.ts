import type { Milliseconds } from '../../../lib/runtime/time.ts';
import { call, type HttpAnswer } from '../http-call.ts';

/** The answer to a request with the time that it took, or the reason why there is none. */
export type Got =
  | (HttpAnswer & { readonly answered: true; readonly took: Milliseconds })
  | { readonly answered: false; readonly reason: string };

/** The longest that an answer may take. */
const TIME_LIMIT: Milliseconds = 10_000;

/**
 * Sends a GET without any credentials. It waits at most ten seconds, reads at most 1 MiB, and follows no redirect.
 *
 * @param url - https, or http on this machine
 */
export async function get(url: string): Promise<Got> {
  const startedAt = performance.now();
  try {
    const answer = await call(url, { timeLimit: TIME_LIMIT });
    return { ...answer, answered: true, took: performance.now() - startedAt };
  } catch (error) {
    return { answered: false, reason: reasonOf(error) };
  }
}

/** Names the reason for a missing answer: a code such as `ENOTFOUND`, or the sentence of `call`. */
function reasonOf(error: unknown): string {
  if (!Error.isError(error)) return 'no answer';
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return `no answer within ${TIME_LIMIT / 1000} seconds`;
  const cause = Error.isError(error.cause) ? error.cause : error;
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return cause.message.replace(/\.$/, '');
}

/** Parses an answer's body. Returns undefined if it is not a JSON object. */
export function jsonObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Names the target of a redirect by its origin and path. A query can hold a secret. */
export function redirectTarget(from: string, location: string | undefined): string {
  const target = location === undefined ? null : URL.parse(location, from);
  return target === null ? 'another address' : target.origin + target.pathname;
}
