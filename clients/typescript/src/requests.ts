import type { CallerToken } from './caller-token.ts';
import { LayermintError, type ErrorCode, type Problem } from './errors.ts';
import { boundedRun, type Mark, type Time } from './server-time.ts';

const LONGEST_RETRY_AFTER_MS = 300_000;

/** An answer of the service. */
export interface Answer {
  readonly status: number;
  /** The parsed JSON; undefined if there is none. */
  readonly body: unknown;
  readonly sent: Mark;
  readonly received: Mark;
  /** The server's time of the answer, in milliseconds; NaN without a `Date` header. */
  readonly date: number;
  readonly retryAfterMs?: number | undefined;
  /** The fault that `WWW-Authenticate` describes (RFC 6750 section 3). */
  readonly challenge?: string | undefined;
}

/** Sends a body to a path of the API. @throws LayermintError `unreachable`, `caller-token-failed` */
export type Send = (path: string, body: unknown, signal: AbortSignal) => Promise<Answer>;

/** Narrows a value to an object whose members are to be checked. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** HTTPS, or HTTP to an address that is not public. Neither has a query or credentials. */
const API =
  /^(https:\/\/[^\s/?#@]+|http:\/\/(localhost|[\w-]+\.local|\[::1\]|(127|10)(\.\d+){3}|(192\.168|172\.(1[6-9]|2\d|3[01]))(\.\d+){2})(:\d+)?)(\/[^\s?#]*)?$/i;

/**
 * Creates the function that sends requests. A 401 makes it renew the caller token and send once more.
 *
 * @param checkUser - called with each caller token at hand. If another user has signed in since, it aborts the request
 * @throws LayermintError `invalid-request` if `api` is not the URL of an API
 */
export function createSend(
  api: string,
  caller: CallerToken,
  fetch: typeof globalThis.fetch,
  time: Time,
  requestTimeoutMs: number,
  checkUser: () => void,
): Send {
  if (!API.test(api))
    throw new LayermintError(
      'invalid-request',
      'The option api must be an https URL. http is for localhost and private addresses alone.',
    );
  const base = api.replace(/\/+$/, '');

  const post = async (
    path: string,
    body: unknown,
    token: Promise<string>,
    outer: AbortSignal,
  ): Promise<Answer> => {
    const bearer = await token;
    checkUser();
    const sent = time.mark();
    try {
      return await boundedRun(time, requestTimeoutMs, outer, async (signal) => {
        const response = await fetch(base + path, {
          method: 'POST',
          headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
          credentials: 'omit',
          // A redirect would carry the caller token to another place.
          redirect: 'error',
          signal,
        });
        const text = await response.text();
        const { headers, status } = response;
        const date = Date.parse(headers.get('date') ?? '');
        // Seconds, or an HTTP date, which counts from the server's own time (RFC 9110 section 10.2.3).
        const wait = headers.get('retry-after') ?? '';
        const waitMs = /^\d+$/.test(wait) ? Number(wait) * 1000 : Date.parse(wait) - date;
        return {
          status,
          body: parsed(text),
          sent,
          received: time.mark(),
          date,
          retryAfterMs: waitMs > 0 ? Math.min(waitMs, LONGEST_RETRY_AFTER_MS) : undefined,
          challenge: /error_description="([^"]*)/.exec(headers.get('www-authenticate') ?? '')?.[1],
        };
      });
    } catch (cause) {
      throw new LayermintError('unreachable', 'No answer arrived from the service.', { cause });
    }
  };
  return async (path, body, signal) => {
    const before = caller.renewals();
    const answer = await post(path, body, caller.get(), signal);
    return answer.status === 401 ? post(path, body, caller.another(before), signal) : answer;
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Makes the error of an answer that is no success. Its body can be problem details, API Gateway's `{"message"}`, or anything. */
export function errorOf(status: number, body: unknown, answer: Partial<Answer>): LayermintError {
  const given = members(body);
  // An object in place of a text can fail to become one, and apps show these members as they are.
  const text = (name: string): string | undefined => {
    const value = given[name];
    return typeof value === 'string' ? value : undefined;
  };
  const detail = text('detail') ?? answer.challenge ?? text('message');
  const code: ErrorCode =
    status === 401
      ? 'sign-in-required'
      : status === 403
        ? 'no-access'
        : status === 429 || status >= 500
          ? 'unavailable'
          : status < 400
            ? 'unexpected-answer'
            : 'invalid-request';
  const reason = detail === undefined ? '.' : `: ${detail}`;
  return new LayermintError(code, `The service answered ${status}${reason}`, {
    status,
    problem: {
      type: text('type'),
      title: text('title'),
      detail,
      requestId: text('requestId'),
      errors: given['errors'],
    } as Problem,
    retryAfterMs: answer.retryAfterMs,
  });
}
